// Building nodes. Data only ever becomes text nodes and attribute values, never markup.
const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const h = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
export const s = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
/** An element of the page; which kind it is, is up to the template.
 * @param {string} id
 * @returns {any} */
export const byId = (id) => document.getElementById(id);
/** @param {string} selector
 * @returns {any[]} */
export const allOf = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Runs `then` once the frame that holds the changes made so far has been painted by this thread: a message posted
 *  from inside the frame's own callback is delivered after its style, layout and paint. */
export function afterPaint(then) {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      then();
    };
    port2.postMessage(null);
  });
}
