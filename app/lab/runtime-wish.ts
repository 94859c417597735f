// The runtime a reader wants for labs, remembered by the browser. Pure but for localStorage; used by lab-controller.ts and runtime-picker.tsx.
import { type RuntimeName, runtimeNames } from '../../labs/spec/names.ts'
import type { RuntimeChoice } from '../../labs/spec/status.ts'

export type RuntimeWish = RuntimeName | 'auto'

const key = 'podwire.runtime'

/** Naming localStorage can throw, too, hence inside. */
export function readWish(): RuntimeWish {
  try {
    const value = localStorage.getItem(key)
    return runtimeNames.find((name) => name === value) ?? 'auto'
  } catch {
    return 'auto' // a browser that keeps nothing
  }
}

export function writeWish(wish: RuntimeWish): void {
  try {
    localStorage.setItem(key, wish)
  } catch {
    // a browser that keeps nothing: the choice holds for this page
  }
}

/** The wish where it can be had; a lab that cannot run there is started as if nothing was wished. */
export function effectiveRuntime(wish: RuntimeWish, choice: RuntimeChoice | undefined): RuntimeWish {
  if (wish === 'auto' || !choice) return wish
  return choice.options.some(({ name, usable }) => name === wish && usable) ? wish : 'auto'
}
