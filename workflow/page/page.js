const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// Claims: filter by verdict, paper and words; sort by column.
const rows = all("#claims-table tbody tr");
const wanted = { verdict: "", paper: "", words: "" };

function filter() {
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !(
      (!wanted.verdict || row.dataset.verdict === wanted.verdict) &&
      (!wanted.paper || row.dataset.paper === wanted.paper) &&
      wanted.words.split(/\s+/).every((word) => text.includes(word))
    );
  }
  const count = rows.filter((row) => !row.hidden).length;
  document.getElementById("shown").textContent = `${count} of ${rows.length} shown`;
}

for (const button of all("[data-filter]")) {
  button.addEventListener("click", () => {
    wanted[button.dataset.filter] = button.dataset.value;
    for (const other of all(`[data-filter=${button.dataset.filter}]`))
      other.setAttribute("aria-pressed", String(other === button));
    filter();
  });
}
document.getElementById("search").addEventListener("input", (event) => {
  wanted.words = event.target.value.trim().toLowerCase();
  filter();
});

const heads = all("#claims-table th");
const value = (row, key, column) =>
  key === "order" ? Number(row.dataset.order)
  : key === "verdict" ? Number(row.dataset.rank)
  : row.cells[column].firstChild?.textContent.trim() ?? "";
const compare = (a, b) => {
  const [x, y] = [a, b].map((text) => (text === "" ? NaN : Number(text)));
  if (Number.isFinite(x) && Number.isFinite(y)) return x - y;
  if (Number.isFinite(x) || Number.isFinite(y)) return Number.isFinite(x) ? -1 : 1;
  return (a === "") - (b === "") || String(a).localeCompare(String(b), "en");
};
heads.forEach((head, column) => {
  const key = head.dataset.key;
  const button = make("button", { type: "button", textContent: head.textContent });
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const sign = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    const sorted = [...rows].sort(
      (a, b) => sign * compare(value(a, key, column), value(b, key, column)) || a.dataset.order - b.dataset.order,
    );
    document.querySelector("#claims-table tbody").append(...sorted);
  });
});
document.getElementById("filters").hidden = false;
filter();

// A link to a claim that the filter hides shows it all the same.
window.addEventListener("hashchange", () => {
  const row = rows.find((one) => `#${one.id}` === location.hash);
  if (row?.hidden) {
    row.hidden = false;
    row.scrollIntoView();
  }
});

// Charts: drawn when first asked for, by code that is only then read.
const charts = JSON.parse(document.getElementById("charts").textContent);
const coarse = window.matchMedia("(pointer: coarse)").matches;

function embedder() {
  if (!window.vegaEmbed) document.head.append(make("script", { textContent: document.getElementById("vega").textContent }));
  return window.vegaEmbed;
}

const points = (curves) => {
  let across = [];
  return curves.flatMap((curve, number) => {
    across = curve.x ?? across; // a curve without x has those of the one before
    return across.map((x, index) => ({
      x, index, curve: number, y: curve.y[index], name: curve.name, color: curve.color,
      low: curve.low?.[index] ?? null, high: curve.high?.[index] ?? null,
      errors: curve.low ? ((curve.high[index] - curve.low[index]) / 2).toPrecision(2) : "",
      dash: curve.dash ?? null, width: curve.width ?? 1, shape: curve.shape ?? null,
    }));
  });
};

function sample(curve) {
  const path = { circle: "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0", square: "M-3.5-3.5h7v7h-7z", diamond: "M0-5L5,0L0,5L-5,0z",
    "triangle-up": "M0-4.5L4.5,4h-9z", "triangle-down": "M0,4.5L4.5-4h-9z" }[curve.shape];
  const drawn = curve.shape ? path ?? "M-4,-4L4,4M-4,4L4,-4" : "M-12,0H12";
  const icon = make("span", { className: "sample" });
  icon.innerHTML = `<svg viewBox="-13 -7 26 14" width="26" height="14" aria-hidden="true"><path d="${drawn}" fill="none"
    stroke="${curve.color}" stroke-width="${curve.width ?? 1.3}" stroke-dasharray="${(curve.dash ?? []).join(" ")}"/></svg>`;
  return icon;
}

async function draw(panel, place) {
  const values = points(panel.curves);
  const hidden = new Set();
  const view = make("div", { className: "view" });
  const readout = make("p", { className: "readout", role: "status" });
  const legend = make("div", { className: "legend", role: "group", ariaLabel: "Curves" });
  place.append(make("p", { className: "letter", textContent: panel.title }), view, readout, legend);
  const specification = structuredClone(panel.specification);
  if (coarse) specification.params = specification.params.filter((parameter) => parameter.bind !== "scales");
  const result = await embedder()(view, { ...specification, datasets: { curves: values } }, {
    actions: false, renderer: "canvas", tooltip: false, defaultStyle: false,
    config: { font: "system-ui, sans-serif", axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 500,
      gridColor: "#eee", domainColor: "#666", tickColor: "#666" }, view: { stroke: "#bbb" } },
  });
  const [across, up] = ["x", "y"].map((axis) => panel[axis]);
  const read = (_, item) => {
    const row = item?.datum?.datum ?? item?.datum;
    if (row?.name === undefined) return;
    const errors = row.errors && ` ± ${row.errors}`;
    readout.textContent = `${row.name}: ${across} = ${row.x}, ${up} = ${row.y}${errors}`;
  };
  for (const event of ["pointermove", "click"]) result.view.addEventListener(event, read);
  if (panel.key) legend.append(make("span", { textContent: `${panel.key}:` }));
  panel.curves.forEach((curve, number) => {
    const button = make("button", { type: "button" }, sample(curve), curve.name);
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      const hide = hidden.has(number) ? !hidden.delete(number) : Boolean(hidden.add(number));
      button.setAttribute("aria-pressed", String(!hide));
      result.view.data("curves", values.filter((row) => !hidden.has(row.curve))).runAsync();
    });
    legend.append(button);
  });
}

for (const button of all("[data-chart]")) {
  const place = document.getElementById(button.getAttribute("aria-controls"));
  button.hidden = false;
  button.addEventListener("click", async () => {
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
    button.textContent = place.hidden ? "Read values" : "Close chart";
    if (place.hidden || place.childElementCount) return;
    const grid = make("div", { className: "grid" });
    const how = coarse ? "Tap near a curve for its values." : "Point at a curve for its values; drag to move, scroll to zoom, double-click to go back.";
    place.append(make("p", { className: "how" }, `${how} Curves are switched on and off by their names. ±: two standard errors.`), grid);
    const panels = charts[button.dataset.chart];
    const cells = panels.map(() => grid.appendChild(make("div", { className: "cell" })));
    await Promise.all(panels.map((panel, number) => draw(panel, cells[number])));
    place.dataset.drawn = "true";
  });
}
