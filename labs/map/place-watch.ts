// One place that is looked at: runs the script in its network and hands on what it prints. Used by map-watch.ts.
import { StringDecoder } from 'node:string_decoder'
import type { Cluster } from '../runtimes/runtime.ts'
import { parseTarget } from '../spec/target.ts'
import { type Counters, type PlaceReport, readCounters, readState } from './place-report.ts'
import { placeArgv } from './place-script.ts'

export interface PlaceListener {
  onReport(report: PlaceReport): void
  onCounters(counters: ReadonlyMap<string, Counters>): void
  /** It is over, once: the place is gone, or says something that nobody understands. */
  onEnd(reason: string): void
}

/** more than any block: a state has three bounded parts and one that is not, and nobody needs so many routes */
const longestBlock = 2 << 20

/** Calls `take` with each whole block. Throws when one does not end. */
function blockReader(take: (name: string, text: string) => void): (bytes: Buffer) => void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return (bytes) => {
    rest += decoder.write(bytes)
    if (rest.length > longestBlock) throw new Error('it prints more than a map can hold')
    const parts = rest.split('\u001e')
    rest = parts.pop() as string
    // between two blocks there is nothing
    for (const part of parts) {
      const line = part.indexOf('\n')
      if (line > 0) take(part.slice(0, line), part.slice(line + 1))
    }
  }
}

/** Never throws: what goes wrong is told to `onEnd`. Returns a function that ends it, after which nothing is told. */
export function watchPlace(cluster: Pick<Cluster, 'spawn'>, place: string, listener: PlaceListener): () => void {
  let over = false
  let kill = () => {}
  const end = (reason?: string) => {
    if (over) return
    over = true
    kill()
    if (reason !== undefined) listener.onEnd(reason)
  }

  async function run(): Promise<void> {
    const process = await cluster.spawn(parseTarget(place), [...placeArgv], { view: 'platform' })
    kill = () => process.kill('SIGKILL')
    if (over) return kill()
    let said = ''
    const read = blockReader((name, text) => {
      if (over) return
      if (name === 'state') listener.onReport(readState(text))
      else if (name === 'counters') listener.onCounters(readCounters(text))
    })
    process.onStdout((bytes) => {
      process.ack(bytes.length)
      try {
        read(bytes)
      } catch (error) {
        end(error instanceof Error ? error.message : String(error))
      }
    })
    process.onStderr((bytes) => {
      process.ack(bytes.length)
      said = (said + bytes.toString('utf8')).slice(0, 300)
    })
    process.end()
    const code = await process.exited
    end(said.trim() || `what read it ended with ${code}`)
  }
  run().catch((error) => end(error instanceof Error ? error.message : String(error)))
  return () => end()
}
