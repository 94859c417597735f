// For tests against a real cluster: one command at a place, to its end.
import { parseTarget } from '../../spec/target.ts'
import type { Cluster } from '../runtime.ts'

/** `output` is what it wrote to either stream, in the order it came. */
export async function runIn(
  cluster: Pick<Cluster, 'spawn'>,
  target: string,
  argv: string[],
  view: 'inside' | 'platform' = 'inside',
): Promise<{ code: number; output: string }> {
  const process = await cluster.spawn(parseTarget(target), argv, { view })
  let output = ''
  const take = (bytes: Buffer) => {
    output += bytes.toString('utf8')
    process.ack(bytes.length)
  }
  process.onStdout(take)
  process.onStderr(take)
  process.end()
  return { code: await process.exited, output }
}
