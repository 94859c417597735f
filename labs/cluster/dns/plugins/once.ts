// A directive that may stand in a server block only once.
import { CorefileError, type Dispenser } from '../corefile/dispenser.ts'

/** Calls `read` with the cursor on the directive's own name. */
export function onlyOnce(words: Dispenser, read: () => void): void {
  words.next()
  read()
  if (words.next()) throw new CorefileError('this plugin can only be used once per Server Block')
}

/** Calls `read` for each time the directive stands in the server block. */
export function eachTime(words: Dispenser, read: () => void): void {
  while (words.next()) read()
}
