/// <reference lib="dom" />
import type { PlayState } from '../playground/state.ts';

/** A state as the fragment of an address, which no browser sends to anybody; and back. */

export async function fragmentOf(state: PlayState): Promise<string> {
  const packed = await through(new Blob([JSON.stringify(state)]), new CompressionStream('deflate-raw'));
  const bytes = new Uint8Array(await packed.arrayBuffer());
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return `#play=${btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** null: there is none, or none that can be read. */
export async function stateIn(fragment: string): Promise<PlayState | null> {
  const found = /^#play=([\w-]+)$/.exec(fragment)?.[1];
  if (found === undefined) return null;
  try {
    const text = atob(found.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const unpacked = await through(new Blob([bytes]), new DecompressionStream('deflate-raw'));
    const state = JSON.parse(await unpacked.text()) as Partial<PlayState> | null;
    return isState(state) ? state : null;
  } catch {
    return null;
  }
}

function isState(state: Partial<PlayState> | null): state is PlayState {
  return (
    typeof state === 'object' &&
    state !== null &&
    typeof state.manifests === 'string' &&
    typeof state.settings === 'object' &&
    state.settings !== null &&
    Number.isSafeInteger(state.seed) &&
    typeof state.hook === 'string'
  );
}

function through(blob: Blob, stream: CompressionStream | DecompressionStream): Promise<Response> {
  return Promise.resolve(new Response(blob.stream().pipeThrough(stream)));
}
