// The first look of the catalogue, drawn while the page is still read: what its list (product_grid.js) shows first, from the
// same JSON and with the same markup, until that has come and takes its place. Links work; what needs the shop is inert.
(() => {
  const ROW = Math.ceil(innerWidth / 320);
  const FIRST = ROW * Math.ceil(innerHeight / 450); // as the list at first
  const AT_ONCE = ROW * Math.max(1, Math.floor(innerHeight / 450)); // those of whom more than a picture is to be seen, in most windows; the others come a frame later
  const FEW = 8; // values of a filter, until all are asked for
  const MOST = 1000000; // of a product
  const LATEST_MS = 100; // if no frame comes
  const place = document.getElementById("first-look");
  const shown = JSON.parse(document.getElementById("product-grid").textContent);
  const { words } = shown;
  const cart = JSON.parse(place.dataset.cart);
  const isWide = matchMedia("(min-width: 901px)").matches;

  // What is put into `html` is text, whatever is written in it, unless it was made by `html` itself.
  class Markup extends String {}
  const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const written = (part) => (part instanceof Markup ? part : Array.isArray(part) ? part.map(written).join("") : escape(part || ""));
  const html = ({ raw }, ...parts) => new Markup(String.raw({ raw: raw.map((text) => text.replace(/\n\s*/g, "")) }, ...parts.map(written)));
  const when = (name, value) => (value ? html` ${name}="${value}"` : "");
  const current = (is, what) => when("aria-current", is && what);

  const category = (entry) => html`
    <a href="${entry.href}" class="${entry.below && "below"}"${current(entry.current, "page")}><span>${entry.name}</span><small>${entry.count}</small></a>`;

  const filterValue = (value) => html`
    <li><a href="${value.href}" rel="nofollow"${current(value.on, "true")}><i aria-hidden="true"></i><span>${value.label}</span>${value.count && html`<small>${value.count}</small>`}</a></li>`;

  const filter = ({ name, values }) => {
    const seen = values.length <= FEW + 2 ? values : values.filter((value, i) => i < FEW || value.on);
    return html`
      <section aria-label="${name}">
        <h2>${name}</h2>
        <ul>${seen.map(filterValue)}</ul>
        ${seen.length < values.length && html`<button type="button" class="more" inert>${words.showAll.replace("{n}", values.length)}</button>`}
      </section>`;
  };

  const side = html`
    <div class="shop-side">
      ${shown.categories.length > 0 && html`<nav class="side-nav" aria-label="${words.catalogue}"><h2>${words.catalogue}</h2>${shown.categories.map(category)}</nav>`}
      ${shown.filters.length > 0 && html`<details class="narrow"${when("open", isWide)}><summary class="btn">${words.filter}${shown.activeFilters > 0 && html`<b>${shown.activeFilters}</b>`}</summary>${shown.filters.map(filter)}</details>`}
    </div>`;

  const sorts = html`
    <select class="input sort" autocomplete="off" aria-label="${words.sort}" inert>
      ${shown.sorts.map((option) => html`<option value="${option.href}"${when("selected", option.href === shown.sort)}>${option.label}</option>`)}
    </select>`;

  const chip = (chip) => html`
    <li><a class="chip on" href="${chip.href}" title="${words.takeAway}"><span>${chip.label}</span> <span class="x" aria-hidden="true">×</span><span class="seen-not">, ${words.takeAway}</span></a></li>`;

  const chips = html`
    <ul class="narrowed" aria-label="${words.narrowed}">
      ${shown.chips.map(chip)}
      ${shown.clear && html`<li><a class="link small" href="${shown.clear}">${words.clear}</a></li>`}
    </ul>`;

  const stepper = (product, inCart) => {
    const quantity = inCart || product.min;
    const label = `${words.quantity} ${product.name}`;
    const button = (sign, said, isLast) => html`<button type="button" aria-label="${said}"${when("aria-disabled", isLast)}>${sign}</button>`;
    return html`
      <span class="step" role="group" aria-label="${label}">
        ${button("–", words.less, quantity <= (inCart ? 0 : product.min))}
        <input type="text" inputmode="numeric" autocomplete="off" maxlength="7" aria-label="${label}" data-digits="${String(quantity).length}" value="${quantity}">
        ${button("+", words.more, quantity >= Math.floor(MOST / product.pack) * product.pack)}
      </span>`;
  };

  const add = (product, inCart) => html`
    <div class="add${inCart && " in"}" inert>
      ${stepper(product, inCart)}
      ${inCart
        ? html`<a class="btn soft" href="/cart" aria-label="${words.inCart}: ${product.name}">${words.inCart}</a>`
        : html`<button type="button" class="btn primary" aria-label="${words.add}: ${product.name}">${words.add}</button>`}
    </div>`;

  const card = (product, i) => html`
    <li class="card">
      <a class="pic" href="${product.href}" tabindex="-1" aria-hidden="true">
        ${product.picture
          ? html`<img src="${product.picture}" alt="" loading="${i < 8 ? "eager" : "lazy"}" width="400" height="300" decoding="async" fetchpriority="low">`
          : html`<span>${product.initials}</span>`}
      </a>
      <div class="body">
        <span class="muted small mono sku">${product.sku}</span>
        <a class="name" href="${product.href}">${product.name}</a>
        ${product.hint && html`<span class="break">${product.hint}</span>`}
        <span class="price${!product.price && " asked"}">${(product.price || product.instead) && html`<span>${product.price || product.instead}</span>`} <small>${product.unit}</small></span>
        ${product.choose ? html`<div class="add"><a class="btn" href="${product.href}">${product.choose}</a></div>` : add(product, cart[product.id])}
      </div>
    </li>`;

  const list = html`
    <section aria-label="${shown.title}">
      <div class="head">
        <div class="head-words"><h1>${shown.title}</h1>${shown.range && html`<span class="muted small">${shown.range}</span>`}</div>
        ${shown.sorts.length > 0 && sorts}
      </div>
      ${shown.chips.length > 0 && chips}
      ${shown.note && html`<p class="found-close">${shown.note}</p>`}
      <ul class="cards">${shown.products.slice(0, AT_ONCE).map(card)}</ul>
    </section>`;

  const hasSide = shown.categories.length > 0 || shown.filters.length > 0;
  const above = new Markup(place.innerHTML); // written by the shop
  place.outerHTML = html`
    <div id="first-look">
      <div class="bar of-shop" aria-hidden="true"><span class="logo"></span><span class="search" style="visibility: hidden"><input class="input" disabled></span></div>
      <main class="page of-shop">${above}<div class="${hasSide && "shop-cols"}">${hasSide && side}${list}</div></main>
    </div>`;
  const chosen = isWide ? null : document.querySelector("#first-look .side-nav [aria-current]");
  if (chosen) chosen.parentNode.scrollLeft = chosen.offsetLeft - chosen.parentNode.offsetLeft - 48;

  // The last row would hold up the words above it: it comes with the next frame, as the pictures do.
  const drawRest = () => {
    const rest = shown.products.slice(AT_ONCE, FIRST).map((product, i) => card(product, AT_ONCE + i));
    document.querySelector("#first-look .cards")?.insertAdjacentHTML("beforeend", written(rest));
  };

  // The framework waits (product_grid.js) until this is on the screen, which it would hold up; where nobody looks, it does not.
  window.firstLook = document.hidden || new Promise((drawn) => {
    requestAnimationFrame(() => setTimeout(drawn));
    setTimeout(drawn, LATEST_MS);
  }).then(drawRest);
})();
