// SPDX-License-Identifier: Apache-2.0
// The page of `erase --compare`. Without scripts it still shows the four pictures and the table.
#pragma once

#include <string_view>

namespace erase_app {

inline constexpr std::string_view compare_template = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{name}}: seam carving and fill</title>
<style>
:root { color-scheme: light dark; --paper: #f6f5f2; --card: #fff; --ink: #1d1d1f; --soft: #6b6a67;
  --line: #dddad3; --accent: #c2185b; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #161618; --card: #212124; --ink: #ececec; --soft: #9c9b98; --line: #38383c;
    --accent: #ff6aa2; } }
* { box-sizing: border-box; }
body { margin: 0; padding: clamp(12px, 3vw, 40px); background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
main { max-width: 1280px; margin: 0 auto; }
h1 { margin: 0; font-size: clamp(20px, 3vw, 30px); line-height: 1.2; overflow-wrap: anywhere; }
.facts { margin: 4px 0 20px; color: var(--soft); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: clamp(8px, 1.5vw, 16px); margin-bottom: 20px; }
.bar { display: flex; flex-wrap: wrap; gap: 8px 16px; justify-content: space-between;
  align-items: center; margin-bottom: 10px; }
.side { display: flex; align-items: center; gap: 8px; flex: 1 1 150px; color: var(--soft);
  font-size: 14px; }
.side:last-child { justify-content: flex-end; }
#size { order: 1; flex: 0 0 auto; margin: 0 auto; }
@media (min-width: 560px) { #size { order: 0; } }
select, button { font: inherit; font-size: 14px; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: 8px; padding: 6px 10px; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.scroll { overflow: auto; border-radius: 8px; text-align: center; }
.stage { --cut: 50%; position: relative; margin: 0 auto; line-height: 0;
  width: min(100%, calc(78vh * {{width}} / {{height}}), calc(2px * {{width}})); }
.full .stage { width: calc(1px * {{width}}); }
.stage img { display: block; width: 100%; height: auto; }
.stage .left { position: absolute; inset: 0; height: 100%;
  clip-path: inset(0 calc(100% - var(--cut)) 0 0); }
.stage::after { content: ""; position: absolute; top: 0; bottom: 0; left: var(--cut); width: 2px;
  margin-left: -1px; background: #fff; box-shadow: 0 0 4px #000a; pointer-events: none; }
.grip { position: absolute; top: 50%; left: var(--cut); width: 38px; height: 38px;
  margin: -19px 0 0 -19px; border-radius: 50%; background: #fff; color: #222;
  box-shadow: 0 1px 6px #0008; font: 16px/38px system-ui, sans-serif; text-align: center;
  pointer-events: none; }
.stage input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0;
  cursor: ew-resize; touch-action: pan-y; }
.stage:focus-within .grip { outline: 3px solid var(--accent); }
.tag { position: absolute; bottom: 10px; padding: 3px 10px; border-radius: 99px; color: #fff;
  background: #000a; font-size: 13px; line-height: 1.4; pointer-events: none; }
.tag.l { left: 10px; } .tag.r { right: 10px; }
.grid { display: grid; gap: 16px; margin-bottom: 20px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 270px), 1fr)); }
figure { margin: 0; padding: 10px; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; }
figure img { display: block; width: 100%; height: auto; border-radius: 6px; cursor: pointer; }
figcaption { padding-top: 8px; font-weight: 600; }
figcaption small { display: block; font-weight: 400; color: var(--soft); }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 8px 12px; text-align: right; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th:first-child, td:first-child, th:last-child, td:last-child { text-align: left; }
tr:last-child td { border-bottom: 0; }
thead th { color: var(--soft); font-weight: 500; }
footer { color: var(--soft); font-size: 14px; max-width: 75ch; }
</style>
</head>
<body>
<main>
<h1>{{name}}</h1>
<p class="facts">{{facts}}</p>

<section class="card" id="viewer" aria-label="Two pictures with a slider between them" hidden>
  <div class="bar">
    <label class="side">Left <select id="choose-left"></select></label>
    <button id="size" type="button" aria-pressed="false">Full size</button>
    <label class="side">Right <select id="choose-right"></select></label>
  </div>
  <div class="scroll" id="scroll">
    <div class="stage" id="stage">
      <img id="right" alt="" width="{{width}}" height="{{height}}">
      <img id="left" class="left" alt="" width="{{width}}" height="{{height}}">
      <span class="tag l" id="tag-left"></span><span class="tag r" id="tag-right"></span>
      <span class="grip" aria-hidden="true">&#8644;</span>
      <input id="cut" type="range" min="0" max="100" step="0.1" value="50"
        aria-label="How much of the left picture is seen, in percent">
    </div>
  </div>
</section>

<section class="grid" id="pictures">
  <figure><img alt="The original" src="{{original}}" width="{{width}}" height="{{height}}">
    <figcaption>Original<small>as it was given</small></figcaption></figure>
  <figure><img alt="The markup" src="{{markup}}" width="{{width}}" height="{{height}}">
    <figcaption>Markup<small>what is to be erased</small></figcaption></figure>
  <figure><img alt="Erased by seam carving" src="{{carved}}" width="{{width}}" height="{{height}}">
    <figcaption>Seam carving<small>{{carved_seconds}} s, energy
    {{carved_energy}}</small></figcaption></figure>
  <figure><img alt="Erased by filling" src="{{filled}}" width="{{width}}" height="{{height}}">
    <figcaption>Fill<small>{{filled_seconds}} s, energy
    {{filled_energy}}</small></figcaption></figure>
</section>

<section class="card table">
<table>
<thead><tr><th>Method</th><th>Seconds</th><th>Energy</th><th>How</th></tr></thead>
<tbody>
<tr><td>Seam carving</td><td>{{carved_seconds}}</td><td>{{carved_energy}}</td>
  <td>{{carved_how}}</td></tr>
<tr><td>Fill</td><td>{{filled_seconds}}</td><td>{{filled_energy}}</td>
  <td>{{filled_how}}</td></tr>
</tbody>
</table>
</section>

<footer>
Energy: how far each patch in the marked area is from the most similar one in the rest of the same
picture, as the mean squared difference per colour value, estimated alike for both; less is better,
but a smooth smear does well, too, so look. The fill changes marked pixels only; seam carving moves
pixels all over the picture.
</footer>
</main>
<script>
(() => {
  const figures = [...document.querySelectorAll("#pictures figure")].map((figure) => ({
    name: figure.querySelector("figcaption").firstChild.textContent,
    image: figure.querySelector("img"),
  }));
  const byId = (id) => document.getElementById(id);
  const sides = ["left", "right"];
  const show = (side, index) => {
    byId(side).src = figures[index].image.src;
    byId("tag-" + side).textContent = figures[index].name;
    byId("choose-" + side).value = String(index);
  };
  for (const side of sides) {
    const choice = byId("choose-" + side);
    figures.forEach(({ name }, index) => choice.add(new Option(name, String(index))));
    choice.addEventListener("change", () => show(side, Number(choice.value)));
  }
  figures.forEach(({ image }, index) => image.addEventListener("click", () => {
    show("right", index);
    byId("viewer").scrollIntoView({ behavior: "smooth" });
  }));
  byId("cut").addEventListener("input", (event) =>
    byId("stage").style.setProperty("--cut", event.target.value + "%"));
  byId("size").addEventListener("click", (event) => {
    const isFull = byId("scroll").classList.toggle("full");
    event.target.setAttribute("aria-pressed", String(isFull));
    event.target.textContent = isFull ? "Fit" : "Full size";
  });
  show("left", 0);
  show("right", 3);
  byId("viewer").hidden = false;
})();
</script>
</body>
</html>
)html";

} // namespace erase_app
