"use strict";
// Shows, for each chart, the values nearest to the pointer; the arrow keys move along a focused chart.
for (const chart of document.querySelectorAll(".chart")) {
  const data = JSON.parse(chart.querySelector("script").textContent);
  const svg = chart.querySelector(".plot svg"), cursor = chart.querySelector(".cursor");
  const places = [...new Set(data.series.flatMap(series => series.at))].sort((a, b) => a - b);
  if (places.length === 0) continue;
  const tip = chart.appendChild(document.createElement("div"));
  tip.className = "tip";
  tip.hidden = true;
  let current = places.length - 1;

  const nearest = (list, at) => {
    let low = 0, high = list.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle] < at) low = middle + 1; else high = middle;
    }
    return low > 0 && at - list[low - 1] <= list[low] - at ? low - 1 : low;
  };

  const row = (colour, name, value) => {
    const line = document.createElement("div");
    if (colour) {
      line.innerHTML = '<svg class="key" viewBox="0 0 22 8"><path d="M0 4H22"/></svg>';
      line.querySelector("path").setAttribute("class", "line " + colour);
    }
    line.append(name);
    line.appendChild(document.createElement("b")).textContent = value;
    return line;
  };

  const show = index => {
    current = Math.min(Math.max(index, 0), places.length - 1);
    const at = places[current];
    const near = data.series.filter(series => series.at.length > 0).map(series => [series, nearest(series.at, at)]);
    const [closest, i] = near.reduce((a, b) => Math.abs(a[0].at[a[1]] - at) <= Math.abs(b[0].at[b[1]] - at) ? a : b);
    tip.replaceChildren(row("", data.x, closest.x[i]), ...near.map(([series, k]) => row(series.colour, series.name, series.y[k])));
    tip.hidden = false;
    cursor.setAttribute("x1", at);
    cursor.setAttribute("x2", at);
    cursor.classList.add("on");
    const box = svg.getBoundingClientRect(), outer = chart.getBoundingClientRect();
    const x = box.left - outer.left + at * box.width / svg.viewBox.baseVal.width;
    const beside = x + 14 + tip.offsetWidth < outer.width ? x + 14 : x - 14 - tip.offsetWidth;
    tip.style.left = Math.max(4, beside) + "px";
    tip.style.top = box.top - outer.top + 16 + "px";
  };
  const hide = () => { tip.hidden = true; cursor.classList.remove("on"); };

  svg.addEventListener("pointermove", event => {
    const box = svg.getBoundingClientRect();
    show(nearest(places, (event.clientX - box.left) * svg.viewBox.baseVal.width / box.width));
  });
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("blur", hide);
  svg.addEventListener("keydown", event => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -20, PageDown: 20 }[event.key];
    if (by) { event.preventDefault(); show(tip.hidden ? current : current + by); }
    if (event.key === "Escape") hide();
  });
}
