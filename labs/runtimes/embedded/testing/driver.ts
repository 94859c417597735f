// A program that holds one sandbox and does what lines of JSON on its stdin say. Integration tests run it as root or as an ordinary user,
// and kill it, which they could not do to themselves. Bundled and started by driven-sandbox.ts.
import { createInterface } from 'node:readline'
import { silentLog } from '../../../system/log.ts'
import { processTreeMemory } from '../memory.ts'
import { type Sandbox, startSandbox } from '../sandbox.ts'
import type { DriverOperations } from './driven-sandbox.ts'

let sandbox: Sandbox | undefined
const running = (): Sandbox => {
  if (!sandbox) throw new Error('not started')
  return sandbox
}

const operations: { [O in keyof DriverOperations]: (takes: DriverOperations[O]['takes']) => Promise<DriverOperations[O]['gives']> } = {
  async start({ assets, mapping }) {
    sandbox = await startSandbox({ assets, mapping, log: silentLog })
    void sandbox.exited.then((reason) => console.log(JSON.stringify({ exited: reason })))
    return { pid: sandbox.pid }
  },
  async startControl(config) {
    const { channel, startControl } = running()
    const answer = new Promise<string>((resolve) => channel.once('data', (bytes: Buffer) => resolve(bytes.toString())))
    await startControl(config)
    return answer
  },
  askControl: (text) => {
    const { channel } = running()
    const answer = new Promise<string>((resolve) => channel.once('data', (bytes: Buffer) => resolve(bytes.toString())))
    channel.write(text)
    return answer
  },
  createNamespace: (options) => running().init.createNamespace(options),
  async destroyNamespace(name) {
    await running().init.destroyNamespace(name)
    return undefined
  },
  readFile: async ({ namespace, path }) => (await running().init.readFile(namespace, path)).toString(),
  async writeFile({ namespace, path, data }) {
    await running().init.writeFile(namespace, path, data)
    return undefined
  },
  async run(options) {
    const { code, stdout, stderr } = await running().init.run(options)
    return { code, stdout: stdout.toString(), stderr: stderr.toString() }
  },
  memory: () => processTreeMemory(running().pid),
  async kill() {
    await running().kill()
    return undefined
  },
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, op, takes } = JSON.parse(line) as { id: number; op: keyof DriverOperations; takes: never }
  try {
    console.log(JSON.stringify({ id, gives: (await operations[op](takes)) ?? null }))
  } catch (error) {
    console.log(JSON.stringify({ id, error: error instanceof Error ? error.message : String(error) }))
  }
})
