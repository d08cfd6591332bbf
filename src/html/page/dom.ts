/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** The page's elements. Text goes in as text: nothing here makes markup of a string. */

export function one<E extends Element = HTMLElement>(selector: string, within: ParentNode = document): E {
  const found = within.querySelector<E>(selector);
  if (found === null) throw new Error(`The page has no ${selector}.`);
  return found;
}

export function all<E extends Element = HTMLElement>(
  selector: string,
  within: ParentNode = document,
): readonly E[] {
  return [...within.querySelectorAll<E>(selector)];
}

type Attributes = Readonly<Record<string, string>>;

export function element(
  tag: string,
  attributes: Attributes,
  ...children: readonly (string | Node)[]
): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Calls `act` with the nearest element around the target that matches. */
export function on<K extends keyof HTMLElementEventMap>(
  root: HTMLElement | Document,
  type: K,
  selector: string,
  act: (found: HTMLElement, event: HTMLElementEventMap[K]) => void,
): void {
  root.addEventListener(type, (event) => {
    const { target } = event;
    const found = target instanceof Element ? target.closest<HTMLElement>(selector) : null;
    if (found !== null) act(found, event as HTMLElementEventMap[K]);
  });
}
