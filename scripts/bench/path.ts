// How long following a packet takes: the whole request to the lab, name lookup, probe, silence and verdict included.
import { type BenchLab, startLab, until } from './labs.ts'
import { durations, type Row } from './numbers.ts'

const runs = 20

async function times({ client }: BenchLab, from: string, to: string): Promise<number[]> {
  const values: number[] = []
  for (let i = 0; i < runs; i++) {
    const began = performance.now()
    const { verdict } = await client.request({ op: 'path', from, to, pay: true, locale: 'en' })
    values.push(performance.now() - began)
    if (verdict.state === 'unknown') throw new Error(`unknown: ${verdict.sentence}`)
  }
  return values
}

export async function path(): Promise<Row[]> {
  const dropping = await startLab('nm-ip-forward-off', 'bench')
  const dropped = await until(dropping.client, (s) => s.state === 'broken' && s.tasks[0]?.state === 'fail')
    .then(() => times(dropping, 'pod/client', 'http://web'))
    .finally(dropping.stop)
  const rejecting = await startLab('sd-selector-typo', 'bench')
  try {
    await until(rejecting.client, (s) => s.state === 'broken' && s.tasks[0]?.state === 'fail')
    const rejected = await times(rejecting, 'pod/client', 'http://web')
    const delivered = await times(rejecting, 'pod/client', 'dns://web')
    return [
      durations('Follow a packet that a node drops, to the verdict (nm-ip-forward-off)', dropped),
      durations('Follow a packet that is rejected (sd-selector-typo)', rejected),
      durations('Follow a DNS query that is answered', delivered),
    ]
  } finally {
    await rejecting.stop()
  }
}
