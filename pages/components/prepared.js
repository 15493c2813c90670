// Reads what an element shows from the text that the page has brought along for it; it never changes.
export default function shownIn(name) {
  return Object.freeze(JSON.parse(document.getElementById(name).textContent));
}
