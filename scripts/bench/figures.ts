// Name on the command line → measurement. Used by main.ts.
import { memory, twenty } from './crowd.ts'
import { echo } from './echo.ts'
import { flip, proof, reset } from './exercise.ts'
import { scriptSize, start } from './install.ts'
import { lighthouse } from './lighthouse.ts'
import type { Row } from './numbers.ts'
import { path } from './path.ts'
import { proxy } from './proxy.ts'
import { ready } from './ready.ts'
import { runtimes } from './runtimes.ts'

export const figures: Record<string, () => Promise<Row[]>> = {
  ready,
  memory,
  twenty,
  echo,
  flip,
  reset,
  proof,
  path,
  proxy,
  runtimes,
  'script-size': scriptSize,
  lighthouse,
  start,
}
