//! What stands in the sample files.

pub const ALGEBRA_SYLLABUS: &str = "\
First-year course, twelve weeks, two lectures and one exercise class a week.

What you will be able to do at the end:
  • compute with vectors and matrices, and picture what they do
  • solve systems of linear equations and say when they have no solution
  • find eigenvalues and use them

Week 1    Vectors
Week 2    Matrices
Week 3    Eigenvalues

Marks: weekly exercises 40 %, written examination 60 %.
";

pub const ALGEBRA_READING: &str = "\
# Reading list

## Week 1 – Vectors
- Lecture notes, chapter 1
- *Optional:* the history of the arrow as a mathematical symbol

## Week 2 – Matrices
- Lecture notes, chapter 2, sections 2.1 to 2.4
- Work through `rotation.py`: what happens at 360 degrees?

## Week 3 – Eigenvalues
- Lecture notes, chapter 3

> Read *before* the lecture. Ten minutes are enough to know what you did not understand.
";

pub const VECTORS_SLIDES: &str = "\
A vector has a direction and a length.

  •  Adding: put the second arrow where the first one ends.
  •  Scaling: 3v is three times as long, –v points the other way.
  •  Dot product: u · v = |u| |v| cos(angle)

Two vectors that are not zero are perpendicular exactly when u · v = 0.

Question for the room: can three vectors in the plane be pairwise perpendicular?
";

pub const VECTORS_EXERCISES: &str = "\
# Exercises, week 1

1. Let u = (2, 1) and v = (–1, 3). Draw u, v, u + v and u – v.
2. Compute u · v. Is the angle between them less or more than a right angle?
3. Find every vector of length 5 that is perpendicular to (3, 4).

| exercise | points |
|---------:|-------:|
| 1        | 2      |
| 2        | 3      |
| 3        | 5      |
";

pub const VECTOR_SUM: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 220" role="img" aria-label="Sum of two vectors">
  <defs>
    <marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">
      <path d="M0 0 L10 5 L0 10 z" fill="context-stroke"/>
    </marker>
  </defs>
  <rect width="320" height="220" fill="#fffdf7"/>
  <g stroke="#d9d4c7"><path d="M40 180 H300 M40 20 V180" fill="none"/></g>
  <g fill="none" stroke-width="4" marker-end="url(#tip)">
    <path d="M40 180 L180 150" stroke="#2f6f8f" marker-end="url(#tip)"/>
    <path d="M180 150 L240 50" stroke="#b5562f" marker-end="url(#tip)"/>
    <path d="M40 180 L240 50" stroke="#4d4d4d" stroke-dasharray="8 6" marker-end="url(#tip)"/>
  </g>
  <g font-family="sans-serif" font-size="18">
    <text x="110" y="190" fill="#2f6f8f">u</text>
    <text x="222" y="110" fill="#b5562f">v</text>
    <text x="100" y="105" fill="#4d4d4d">u + v</text>
  </g>
</svg>
"##;

pub const MATRICES_SLIDES: &str = "\
A matrix is a recipe for moving every point of the plane at once.

Its columns say where the two unit vectors go.

  rotation by 90 degrees      ( 0  –1 )
                              ( 1   0 )

  mirror at the x-axis        ( 1   0 )
                              ( 0  –1 )

First rotate, then mirror: is that the same as first mirror, then rotate?
";

pub const MATRICES_EXERCISES: &str = "\
# Exercises, week 2

1. Write down the matrix that doubles every length.
2. Multiply the rotation by 90 degrees with itself. What does the result do?
3. Find two matrices A and B with AB ≠ BA. Draw what each product does to the unit square.
";

pub const ROTATION: &str = "\
\"\"\"Rotates a point around the origin, step by step.\"\"\"

import math


def rotate(point, degrees):
    angle = math.radians(degrees)
    x, y = point
    return (
        x * math.cos(angle) - y * math.sin(angle),
        x * math.sin(angle) + y * math.cos(angle),
    )


if __name__ == \"__main__\":
    for degrees in range(0, 361, 45):
        x, y = rotate((1, 0), degrees)
        print(f\"{degrees:3d} degrees: ({x:+.3f}, {y:+.3f})\")
";

pub const EIGENVALUES: &str = "\
Week 3 – Eigenvalues
====================

Most vectors change direction when a matrix is applied to them. Some do not:

    A v = λ v

Such a v is an eigenvector, and λ its eigenvalue.

To find the eigenvalues, solve det(A – λ I) = 0.

Try it with the mirror at the x-axis. You can see both eigenvectors before you
compute anything.
";

pub const STATISTICS_WELCOME: &str = "\
Welcome to Introduction to Statistics.

Everything for the labs is in this folder:

  Datasets    the numbers, as CSV files that any spreadsheet opens
  Lab 1 …     one folder for each lab: a worksheet and what goes with it

Bring a pencil. The computer comes second.
";

pub const PLANT_GROWTH: &str = "\
plant,light_hours,water_ml,height_cm
1,4,100,8.2
2,4,200,9.1
3,4,300,8.7
4,8,100,11.9
5,8,200,14.3
6,8,300,13.8
7,12,100,13.1
8,12,200,17.6
9,12,300,18.2
10,12,400,16.9
";

pub const TEMPERATURE: &str = "\
date,morning_c,noon_c,evening_c
2024-04-01,4.1,11.3,8.0
2024-04-02,5.0,12.8,9.2
2024-04-03,6.3,14.1,10.4
2024-04-04,3.9,9.7,7.1
2024-04-05,2.2,8.4,6.0
2024-04-06,4.8,13.0,9.9
2024-04-07,7.5,16.2,12.3
";

pub const DATASETS: &str = "\
# Datasets

Both files were made up for this course. One line is one observation, the first
line names the columns.

- `plant growth.csv`: hours of light and millilitres of water a day, height after three weeks
- `daily temperature.csv`: one week in April, three readings a day, in degrees Celsius
";

pub const LAB_WORKSHEET: &str = "\
Means and medians

1.  Open \"plant growth.csv\". Write down the mean and the median height.

2.  Cross out the tallest plant. Which of the two numbers changes more? Why?

3.  Draw a histogram with classes of 2 cm. Compare with \"Histogram.svg\".

4.  Which number would you tell someone who asks
    \"how tall does such a plant grow?\" There is more than one good answer.
";

pub const HISTOGRAM: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200" role="img" aria-label="Histogram of plant heights">
  <rect width="320" height="200" fill="#fffdf7"/>
  <g fill="#5b8c5a">
    <rect x="40" y="70" width="38" height="90"/>
    <rect x="82" y="160" width="38" height="0"/>
    <rect x="124" y="130" width="38" height="30"/>
    <rect x="166" y="70" width="38" height="90"/>
    <rect x="208" y="100" width="38" height="60"/>
    <rect x="250" y="130" width="38" height="30"/>
  </g>
  <path d="M36 160 H292 M36 30 V160" stroke="#4d4d4d" fill="none"/>
  <g font-family="sans-serif" font-size="12" fill="#4d4d4d">
    <text x="52" y="176">8</text><text x="92" y="176">10</text><text x="134" y="176">12</text>
    <text x="176" y="176">14</text><text x="218" y="176">16</text><text x="260" y="176">18</text>
    <text x="130" y="194">height in cm</text>
  </g>
</svg>
"##;

pub const PROGRAMME: &str = "\
# Café français – niveau A1

Dix rencontres, une fois par semaine, toujours autour d’une table.

1. **Se présenter** – dire son nom, d’où l’on vient, ce que l’on aime
2. **À table** – commander, remercier, lire une recette

Apportez un dictionnaire de poche et de la curiosité.
";

pub const VOCABULAIRE: &str = "\
français,English,Deutsch
bonjour,hello,guten Tag
enchantée,pleased to meet you,sehr erfreut
d’où venez-vous ?,where are you from?,woher kommen Sie?
j’habite à …,I live in …,ich wohne in …
à bientôt,see you soon,bis bald
";

pub const DIALOGUE: &str = "\
– Bonjour ! C’est votre première leçon ?
– Oui. Et vous ?
– Moi aussi. D’où venez-vous ?
– J’habite près d’ici, au bord de la rivière.
– Enchantée ! On prend un café après le cours ?
– Avec plaisir.
";

pub const RECETTE: &str = "\
<!doctype html>
<html lang=\"fr\">
  <head>
    <meta charset=\"utf-8\">
    <title>Crêpes</title>
  </head>
  <body>
    <h1>Crêpes</h1>
    <ul>
      <li>250 g de farine</li>
      <li>4 œufs</li>
      <li>un demi-litre de lait</li>
      <li>une pincée de sel</li>
    </ul>
    <p>Mélangez, laissez reposer une heure, faites cuire dans une poêle bien chaude.</p>
  </body>
</html>
";
