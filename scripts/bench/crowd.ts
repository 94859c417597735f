// What labs take of a machine: one alone, and twenty at once.
import { setTimeout as delay } from 'node:timers/promises'
import { type BenchLab, measureEcho, memoryOf, startLab } from './labs.ts'
import { duration, durations, mib, type Row } from './numbers.ts'

export async function memory(): Promise<Row[]> {
  const lab = await startLab('sd-selector-typo', 'bench')
  try {
    await delay(5000)
    const { labd, sandbox } = await memoryOf(lab.pid)
    return [
      {
        what: 'Memory of one lab (PSS), five seconds after it is broken',
        value: `${mib(labd + sandbox)}: lab process ${mib(labd)}, sandbox ${mib(sandbox)}`,
        numbers: { labdBytes: labd, sandboxBytes: sandbox },
      },
    ]
  } finally {
    await lab.stop()
  }
}

const crowdSize = 20
const scenarios = ['sd-selector-typo', 'nm-ip-forward-off', 'out-masquerade-missing', 'np-and-or-selector'] as const

export async function twenty(): Promise<Row[]> {
  const labs: BenchLab[] = []
  const began = performance.now()
  try {
    // two at a time: more only wait for the same cores
    const queue = Array.from({ length: crowdSize }, (_, i) => i)
    const worker = async () => {
      for (let i = queue.shift(); i !== undefined; i = queue.shift())
        labs.push(await startLab(scenarios[i % 4] ?? scenarios[0], `bench-${i}`, { timeoutMs: 60_000 }))
    }
    const ended = await Promise.allSettled([worker(), worker()])
    for (const end of ended) if (end.status === 'rejected') throw end.reason
    const tookMs = performance.now() - began
    const alone = await measureEcho((labs[0] as BenchLab).client, 60)
    const together = (await Promise.all(labs.map((lab) => measureEcho(lab.client, 20)))).flat()
    const bytes = (await Promise.all(labs.map((lab) => memoryOf(lab.pid)))).reduce((sum, m) => sum + m.labd + m.sandbox, 0)
    return [
      duration('20 labs, started two at a time: until the last is ready', tookMs),
      durations(
        'One of them: launch to broken',
        labs.map((lab) => lab.readyMs),
        'labs',
      ),
      {
        what: 'Memory of 20 labs (PSS)',
        value: `${mib(bytes)}, ${mib(bytes / crowdSize)} a lab`,
        numbers: { bytes, bytesPerLab: Math.round(bytes / crowdSize) },
      },
      durations('Echo in one shell while 20 labs run', alone, 'keys'),
      durations('Echo while all 20 are typed into at once', together, 'keys'),
    ]
  } finally {
    await Promise.all(labs.map((lab) => lab.stop()))
  }
}
