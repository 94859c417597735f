// The same lab on both runtimes, in turns: how soon it is there, what it takes, how it answers, how soon it is gone.
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { RuntimeName } from '../../labs/spec/scenario.ts'
import { timeFlips } from './exercise.ts'
import { startLab, startWarmLab } from './labs.ts'
import { median, mib, ms, type Row } from './numbers.ts'

const scenarioId = 'sd-selector-typo'
const rounds = 3
const flipsPerRound = 5
/** a kind cluster on a busy machine */
const timeoutMs = 240_000
const restMs = 3000

interface Times {
  cold: number[]
  warm: number[]
  memory: number[]
  flips: number[]
  resets: number[]
  destroy: number[]
}

const pss = (pid: number) => Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1024

async function round(runtime: RuntimeName, times: Times): Promise<void> {
  const lab = await startLab(scenarioId, 'bench', { timeoutMs, runtime })
  times.cold.push(lab.readyMs)
  await delay(restMs) // memory is looked at once a second
  const { memoryMB = 0 } = await lab.client.request({ op: 'status' })
  times.memory.push(memoryMB * 2 ** 20 + pss(lab.pid))
  const { flips, resets } = await timeFlips(lab, flipsPerRound)
  times.flips.push(...flips)
  times.resets.push(...resets)
  const stopped = performance.now()
  await lab.stop()
  times.destroy.push(performance.now() - stopped)
  const warm = await startWarmLab(scenarioId, 'bench', { timeoutMs, runtime })
  times.warm.push(warm.readyMs)
  await warm.stop()
}

const rows: readonly [keyof Times, string, (value: number) => string][] = [
  ['cold', 'Ready, cold: launch to broken', ms],
  ['warm', 'Ready, warm: a waiting cluster is assigned its scenario, to broken', ms],
  ['memory', 'Memory: cluster and lab process', mib],
  ['resets', 'Reset of a mended lab: request to broken again', ms],
  ['flips', 'Task flips: end of kubectl patch to the snapshot that says so', ms],
  ['destroy', 'Destroy: request to nothing left', ms],
]

export async function runtimes(): Promise<Row[]> {
  const empty = (): Times => ({ cold: [], warm: [], memory: [], flips: [], resets: [], destroy: [] })
  const times = { embedded: empty(), kind: empty() }
  for (let i = 0; i < rounds; i++) {
    await round('embedded', times.embedded)
    await round('kind', times.kind)
  }
  return rows.map(([key, what, show]) => {
    const [embedded, kind] = [median(times.embedded[key]), median(times.kind[key])]
    const count = times.kind[key].length
    return {
      what,
      value: `embedded ${show(embedded)}, kind ${show(kind)}: × ${(kind / embedded).toFixed(1)} (medians of ${count})`,
      numbers: { embedded: Math.round(embedded), kind: Math.round(kind), count },
    }
  })
}
