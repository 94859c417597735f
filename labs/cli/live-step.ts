// Shows the step that runs now with its seconds, below those that are done: a cluster of kind takes half a minute. Used by commands/lab-start.ts.
import type { LabSnapshot } from '../spec/lab.ts'
import { formatDuration } from './output.ts'
import { newStepLines } from './progress-lines.ts'

const everyMs = 1000
/** Where nothing can be written over, a step that takes long is named once, and again from time to time. */
const sayAgainMs = 15_000

export interface LiveStep {
  show(snapshot: LabSnapshot): void
  /** Takes the line of the running step away. */
  end(): void
}

export interface LiveStepOptions {
  /** whether a line can be written over */
  screen: boolean
  write(text: string): void
  now?: () => number
}

export function createLiveStep({ screen, write, now = Date.now }: LiveStepOptions): LiveStep {
  const shown = new Set<string>()
  let last: LabSnapshot | undefined
  let live = false
  let saidAt = now()
  const clear = () => {
    if (live) write('\r\x1b[2K')
    live = false
  }
  function tick(): void {
    const running = last?.state === 'starting' ? last.steps.find(({ state }) => state === 'running') : undefined
    if (!running) {
      clear()
      return
    }
    const ms = now() - (running.since ?? now())
    if (screen) {
      clear()
      write(`· ${running.title}  ${Math.floor(ms / 1000)} s`)
      live = true
    } else if (ms >= sayAgainMs && now() - saidAt >= sayAgainMs) {
      saidAt = now()
      write(`· ${running.title}: ${formatDuration(ms)} so far\n`)
    }
  }
  const timer = setInterval(tick, everyMs)
  return {
    show(snapshot) {
      last = snapshot
      const lines = newStepLines(snapshot, shown)
      if (lines.length) {
        clear()
        saidAt = now()
        for (const line of lines) write(`${line}\n`)
      }
      tick()
    },
    end() {
      clearInterval(timer)
      clear()
    },
  }
}
