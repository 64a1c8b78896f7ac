/** Starts the window's content. */
import { mount } from 'svelte';
import './kit/base.css';
import App from './shell/App.svelte';

const target = document.getElementById('app');
if (target) mount(App, { target });
