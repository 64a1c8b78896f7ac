// Scrolls the list by so many pixels in every frame, until it is at its end or so many frames have
// passed, and tells of each frame: when it began, how long the page's own thread was busy with it,
// and how many rows were still without their content. All times in milliseconds.
const [pixels, most, done] = arguments;
const grid = document.querySelector('[data-testid=file-grid]');
const frames = [];
const after = new MessageChannel();
// A message is handled when the frame has been drawn.
after.port1.onmessage = () => {
  const frame = frames.at(-1);
  frame.busy = performance.now() - frame.at;
};
function frame(at) {
  const empty = grid.querySelectorAll('[data-testid=row]:not([data-name])').length;
  frames.push({ at: performance.now(), empty, busy: 0 });
  after.port2.postMessage(null);
  const end = grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1;
  if (end || frames.length > most) {
    requestAnimationFrame(() => done(frames));
    return;
  }
  grid.scrollTop += pixels;
  requestAnimationFrame(frame);
}
requestAnimationFrame(frame);
