const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

// Claims: filter by verdict, paper and words; sort by column. What is chosen is in the address, to be passed on.
const rows = all("#claims-table tbody tr");
const nothing = { verdict: "", paper: "", words: "", sort: "" };
const wanted = { ...nothing };
const search = document.getElementById("search");

function filter() {
  const words = wanted.words.toLowerCase().split(/\s+/);
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !(
      (!wanted.verdict || row.dataset.verdict === wanted.verdict) &&
      (!wanted.paper || row.dataset.paper === wanted.paper) &&
      words.every((word) => text.includes(word))
    );
  }
  const count = rows.filter((row) => !row.hidden).length;
  document.getElementById("shown").textContent = `${count} of ${rows.length} shown`;
  for (const button of all("[data-filter]"))
    button.setAttribute("aria-pressed", String(wanted[button.dataset.filter] === button.dataset.value));
  sort();
}

function choose(change) {
  Object.assign(wanted, change);
  filter();
  const chosen = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  history.replaceState(null, "", chosen.size ? `#claims?${chosen}` : "#claims");
}

for (const button of all("[data-filter]"))
  button.addEventListener("click", () => choose({ [button.dataset.filter]: button.dataset.value }));
search.addEventListener("input", () => choose({ words: search.value.trim() }));
document.getElementById("everything").addEventListener("click", () => {
  search.value = "";
  choose(nothing);
});

const heads = all("#claims-table th");
const value = (row, key, column) =>
  key === "order" ? Number(row.dataset.order)
  : key === "verdict" ? Number(row.dataset.rank)
  : row.cells[column].dataset.value ?? row.cells[column].firstElementChild.textContent.trim();
const compare = (a, b) => {
  const [x, y] = [a, b].map((text) => (text === "" ? NaN : Number(text)));
  if (Number.isFinite(x) && Number.isFinite(y)) return x - y;
  if (Number.isFinite(x) || Number.isFinite(y)) return Number.isFinite(x) ? -1 : 1;
  return (a === "") - (b === "") || String(a).localeCompare(String(b), "en");
};
function sort() {
  const [key, direction] = (wanted.sort || "order").split("-");
  const column = Math.max(heads.findIndex((head) => head.dataset.key === key), 0);
  const sign = direction === "down" ? -1 : 1;
  for (const head of heads) head.removeAttribute("aria-sort");
  heads[column].setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  const sorted = [...rows].sort(
    (a, b) => sign * compare(value(a, key, column), value(b, key, column)) || a.dataset.order - b.dataset.order,
  );
  document.querySelector("#claims-table tbody").append(...sorted);
}
for (const head of heads) {
  const button = make("button", { type: "button", textContent: head.textContent });
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending" ? "-down" : "";
    choose({ sort: head.dataset.key + down === "order" ? "" : head.dataset.key + down });
  });
}
document.getElementById("filters").hidden = false;

// An address leads to what was chosen, to a claim whatever is chosen, and into what is folded up.
function arrive() {
  const target = decodeURIComponent(location.hash.slice(1));
  if (target.startsWith("claims?")) {
    const said = new URLSearchParams(target.slice("claims?".length));
    for (const name of Object.keys(nothing)) wanted[name] = said.get(name) ?? "";
    search.value = wanted.words;
    filter();
    document.getElementById("claims").scrollIntoView();
    return;
  }
  const place = document.getElementById(target);
  const folded = place?.closest("details");
  if (place?.hidden || folded?.open === false) {
    place.hidden = false;
    if (folded) folded.open = true;
    place.scrollIntoView();
  }
}
filter();
arrive();
window.addEventListener("hashchange", arrive);

// The overview: the pictures of the page once more, small.
for (const link of all("[data-tile]")) {
  const picture = document.getElementById(`${link.dataset.tile}-picture`);
  if (picture) link.querySelector(".tile").append(make("img", { src: picture.src, alt: "", loading: "lazy" }));
}

// What can be saved or copied is in this file: numbers, pictures, citations.
const numbers = JSON.parse(document.getElementById("numbers").textContent);
function save(name, kind, text) {
  const link = make("a", { download: name, href: URL.createObjectURL(new Blob([text], { type: kind })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1e4);
}
function shown(button, work) {
  button.hidden = false;
  button.addEventListener("click", work);
}
for (const button of all("[data-save]"))
  if (numbers[button.dataset.save]) shown(button, () => save(button.dataset.save, "text/csv", numbers[button.dataset.save]));
for (const button of all("[data-picture]"))
  shown(button, () => {
    const source = document.getElementById(`${button.dataset.picture}-picture`).src;
    save(`${button.dataset.picture}.svg`, "image/svg+xml", decodeURIComponent(source.slice(source.indexOf(",") + 1)));
  });
for (const button of all("[data-copy]"))
  shown(button, async () => {
    const text = document.getElementById(button.dataset.copy);
    getSelection().selectAllChildren(text);
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      document.execCommand("copy"); // of what is selected, where the clipboard is closed to files
    }
    button.textContent = "Copied";
  });

// Charts: drawn when first asked for, by code that is only then read.
const charts = JSON.parse(document.getElementById("charts").textContent);

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

// A map: its values, from steps of its range, and its cells.
function unpacked(map) {
  const bytes = Uint8Array.from(atob(map.values), (letter) => letter.charCodeAt(0));
  const steps = new DataView(bytes.buffer);
  const [low, high] = map.range;
  return Array.from({ length: bytes.length / 2 }, (_, index) => low + (steps.getUint16(2 * index, true) / 65535) * (high - low));
}
const cells = (map, values) => {
  const across = map.centres[0].length;
  const [low, high] = map.limits;
  return values.map((value, index) => {
    const [column, row] = [index % across, Math.floor(index / across)];
    const shade = Math.floor(((value - low) / (high - low)) * map.colors.length);
    return {
      left: map.edges[0][column], right: map.edges[0][column + 1], bottom: map.edges[1][row], top: map.edges[1][row + 1],
      color: map.colors[Math.min(Math.max(shade, 0), map.colors.length - 1)],
    };
  });
};

// Numbers with as many digits as mean something, and γ_R with R below the line.
const raised = (power) => [...String(power)].map((sign) => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789-".indexOf(sign)]).join("");
function written(value, digits = 5) {
  const [mantissa, power] = value.toExponential(digits - 1).split("e").map(Number);
  const text = value !== 0 && (power < -3 || power > 5) ? `${mantissa} × 10${raised(power)}` : String(Number(value.toPrecision(digits)));
  return text.replace(/^-/, "−");
}
function estimated(value, error) {
  if (!(error > 0)) return written(value);
  const decimals = 1 - Math.floor(Math.log10(error));
  if (decimals < 0 || decimals > 6) return `${written(value)} ± ${written(error, 2)}`;
  return `${value.toFixed(decimals).replace(/^-/, "−")} ± ${error.toFixed(decimals)}`;
}
const rich = (text) =>
  text.split(/_([\p{L}\p{N}]+)/u).map((part, index) => (index % 2 ? make("sub", { textContent: part }) : part));

function scaleOf(map) {
  const place = make("p", { className: "scale" }, make("span", {}, ...rich(map.title)));
  if (map.names.length) {
    map.names.forEach((name, index) => {
      const patch = make("span", { className: "named" });
      patch.style.background = map.colors[index];
      place.append(make("span", {}, patch, name));
    });
  } else {
    const ramp = make("span", { className: "ramp" });
    ramp.style.background = `linear-gradient(90deg, ${map.colors.filter((_, index) => index % 15 === 0).join(", ")})`;
    place.append(written(map.limits[0], 3), ramp, written(map.limits[1], 3));
  }
  return place;
}

async function draw(panel, place) {
  const { map } = panel;
  const every = points(panel.curves);
  const mapped = map ? unpacked(map) : [];
  const hidden = new Set();
  const view = make("div", { className: "view", tabIndex: 0, role: "group" });
  view.setAttribute("aria-label", `${panel.title} ${panel.y} against ${panel.x}; arrow keys read values`);
  const dot = make("div", { className: "dot", hidden: true });
  const readout = make("p", { className: "readout", role: "status" });
  const legend = make("div", { className: "legend", role: "group", ariaLabel: "Curves" });
  const tools = make("div", { className: "tools", role: "group", ariaLabel: "Zoom" });
  place.append(
    make("p", { className: "letter", textContent: panel.title }), make("p", { className: "axis y" }, ...rich(panel.y)),
    view, make("p", { className: "axis x" }, ...rich(panel.x)), ...(map ? [scaleOf(map)] : []), readout, tools, legend,
  );
  const datasets = { curves: every, ...(map ? { cells: cells(map, mapped) } : {}) };
  const made = await embedder()(view, { ...panel.specification, datasets }, {
    actions: false, renderer: "canvas", tooltip: false, defaultStyle: false,
    config: { font: "system-ui, sans-serif", axis: { labelFontSize: 11, gridColor: "#eee", domainColor: "#666",
      tickColor: "#666" }, view: { stroke: "#bbb" } },
  });
  const chart = made.view;
  view.append(dot);

  // Reading: the nearest point of a curve that is shown, or on a map the cell, whatever pointed there.
  const origin = () => [chart.origin()[0] + chart.padding().left, chart.origin()[1] + chart.padding().top];
  const pixel = (x, y) => [origin()[0] + chart.scale("x")(x), origin()[1] + chart.scale("y")(y)];
  const inside = ([x, y]) => x > origin()[0] - 1 && x < origin()[0] + chart.width() + 1 && y > origin()[1] - 1 && y < origin()[1] + chart.height() + 1;
  let at = null;
  function say(found) {
    at = found;
    const { row, cell } = found;
    const [x, y] = row ? [row.x, row.y] : [map.centres[0][cell % map.centres[0].length], map.centres[1][Math.floor(cell / map.centres[0].length)]];
    const [left, top] = pixel(x, y);
    Object.assign(dot.style, { left: `${left}px`, top: `${top}px` });
    dot.hidden = !inside([left, top]);
    const where = [...rich(panel.x), ` = ${written(x)}`];
    if (row) {
      const error = row.low === null ? 0 : (row.high - row.low) / 2;
      readout.replaceChildren(make("b", {}, ...rich(row.name)), ": ", ...where, ", ", ...rich(panel.y), ` = ${estimated(y, error)}`);
    } else {
      const value = map.names.length ? map.names[Math.round(mapped[cell])] : written(mapped[cell], 4);
      readout.replaceChildren(make("b", {}, ...rich(map.title)), map.names.length ? `: ${value}, ` : ` = ${value}, `, ...where, ", ", ...rich(panel.y), ` = ${written(y)}`);
    }
  }
  function cellAt(x, y) {
    const places = [[x, map.edges[0]], [y, map.edges[1]]].map(([value, edges]) => edges.findIndex((edge) => edge > value) - 1);
    return places.some((index) => index < 0) ? -1 : places[1] * map.centres[0].length + places[0];
  }
  function read(event) {
    const box = view.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let [best, nearest] = [map ? 144 : Infinity, null];
    for (const row of every) {
      if (hidden.has(row.curve)) continue;
      const there = pixel(row.x, row.y);
      const distance = (there[0] - x) ** 2 + (there[1] - y) ** 2;
      if (distance < best && inside(there)) [best, nearest] = [distance, row];
    }
    if (nearest) return say({ row: nearest });
    if (!map || !inside([x, y])) return undefined;
    const cell = cellAt(chart.scale("x").invert(x - origin()[0]), chart.scale("y").invert(y - origin()[1]));
    return cell < 0 ? undefined : say({ cell });
  }

  // Looking closer: buttons, the wheel with Ctrl, dragging with the mouse. A bare wheel and a finger scroll the page.
  function look(from) {
    const ends = { x: [0, chart.width()], y: [chart.height(), 0] };
    for (const [axis, [first, last]] of Object.entries(ends)) {
      const scale = chart.scale(axis);
      chart.signal(`domain_${axis}`, [scale.invert(from(axis, first)), scale.invert(from(axis, last))]);
    }
    return chart.runAsync().then(() => at && say(at));
  }
  const zoom = (factor, centre) => look((axis, end) => centre[axis] + (end - centre[axis]) * factor);
  const middle = () => ({ x: chart.width() / 2, y: chart.height() / 2 });
  const back = () => chart.signal("domain_x", null).signal("domain_y", null).runAsync().then(() => at && say(at));
  for (const [text, label, work] of [["+", "Zoom in", () => zoom(0.6, middle())], ["−", "Zoom out", () => zoom(1 / 0.6, middle())], ["Whole", "Show the whole chart", back]]) {
    const button = make("button", { type: "button", textContent: text, ariaLabel: label });
    button.addEventListener("click", work);
    tools.append(button);
  }
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = view.getBoundingClientRect();
    zoom(1.002 ** event.deltaY, { x: event.clientX - box.left - origin()[0], y: event.clientY - box.top - origin()[1] });
  }, { passive: false });
  let held = null;
  view.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0) held = event;
  });
  view.addEventListener("pointermove", (event) => {
    if (event.pointerType === "touch") return;
    if (!held || !event.buttons) {
      held = null;
      read(event);
      return;
    }
    const moved = { x: event.clientX - held.clientX, y: event.clientY - held.clientY };
    held = event;
    look((axis, end) => end - moved[axis]);
  });
  view.addEventListener("pointerup", () => (held = null));
  view.addEventListener("click", read);
  view.addEventListener("dblclick", back);
  view.addEventListener("keydown", (event) => {
    const step = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step) return;
    event.preventDefault();
    if (map && !at?.row) {
      const across = map.centres[0].length;
      const cell = at ? at.cell + step[0] + step[1] * across : 0;
      if (cell >= 0 && cell < mapped.length) say({ cell });
      return;
    }
    const visible = panel.curves.map((_, number) => number).filter((number) => !hidden.has(number));
    if (!visible.length) return;
    const now = at?.row ?? { curve: visible[0], index: -1 };
    const curve = visible[(Math.max(visible.indexOf(now.curve), 0) - step[1] + visible.length) % visible.length];
    const along = every.filter((row) => row.curve === curve);
    say({ row: along[Math.min(Math.max(now.index + step[0], 0), along.length - 1)] });
  });

  if (panel.key) legend.append(make("span", {}, ...rich(panel.key), ":"));
  const alike = Map.groupBy(panel.curves.keys(), (number) => {
    const { name, color, shape, dash } = panel.curves[number];
    return JSON.stringify([name, color, shape, dash]);
  });
  for (const numbers of alike.values()) {
    const curve = panel.curves[numbers[0]];
    const button = make("button", { type: "button" }, sample(curve), make("span", {}, ...rich(curve.name)));
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      const hide = !hidden.has(numbers[0]);
      for (const number of numbers) hide ? hidden.add(number) : hidden.delete(number);
      button.setAttribute("aria-pressed", String(!hide));
      chart.data("curves", every.filter((row) => !hidden.has(row.curve))).runAsync();
    });
    legend.append(button);
  }
}

for (const button of all("[data-chart]")) {
  const place = document.getElementById(button.getAttribute("aria-controls"));
  shown(button, async () => {
    place.hidden = !place.hidden;
    button.setAttribute("aria-expanded", String(!place.hidden));
    button.textContent = place.hidden ? "Read values" : "Close chart";
    if (place.hidden || place.childElementCount) return;
    const grid = make("div", { className: "grid" });
    const how = "Point at a curve or a map, or tap it, for its values. Zoom with the buttons or the wheel and Ctrl, move with the mouse held down. Curves are switched on and off by their names. ±: two standard errors.";
    place.append(make("p", { className: "how", textContent: how }), grid);
    const panels = charts[button.dataset.chart];
    const places = panels.map(() => grid.appendChild(make("div", { className: "cell" })));
    await Promise.all(panels.map((panel, number) => draw(panel, places[number])));
    place.dataset.drawn = "true";
  });
}

// The values of a figure as a table: a row for each point of a curve and for each cell of a map.
function table(panels) {
  const lines = [["panel", "shown", "across", "x", "up", "y", "y_low", "y_high", "value"]];
  for (const panel of panels) {
    for (const row of points(panel.curves))
      lines.push([panel.title, row.name, panel.x, row.x, panel.y, row.y, row.low ?? "", row.high ?? "", ""]);
    if (!panel.map) continue;
    const { title, names, centres } = panel.map;
    unpacked(panel.map).forEach((value, cell) => {
      const place = [centres[0][cell % centres[0].length], centres[1][Math.floor(cell / centres[0].length)]];
      lines.push([panel.title, title, panel.x, place[0], panel.y, place[1], "", "", names[Math.round(value)] ?? Number(value.toPrecision(5))]);
    });
  }
  return lines.map((line) => line.map((cell) => (/[",]/.test(cell) ? `"${String(cell).replaceAll('"', '""')}"` : cell)).join(",") + "\n").join("");
}
for (const button of all("[data-values]"))
  shown(button, () => save(`${button.dataset.values}.csv`, "text/csv", table(charts[button.dataset.values])));
