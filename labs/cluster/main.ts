// The control plane's program: node control.mjs <json>, started by labinit in the sandbox's outer namespaces with
// 3 = stream to the lab process, 4 = connection to labinit, 5 = listening socket of the API server. Bundled as dist/control.mjs.
import { Socket } from 'node:net'
import { systemClock } from '../system/clock.ts'
import { createInitClient } from '../system/init-client.ts'
import { applyObjects } from './control/apply.ts'
import { openControlChannel } from './control/channel.ts'
import { createControlLog } from './control/log.ts'
import { type ControlConfig, controlConfig } from './control/protocol.ts'
import { type ControlPlane, startControlPlane } from './control/start.ts'

const log = createControlLog(process.env.PODWIRE_CONTROL_DEBUG === '1')
const config: ControlConfig = controlConfig.parse(JSON.parse(process.argv[2] ?? 'null'))
const initConnection = new Socket({ fd: 4, readable: true, writable: true })
const stream = new Socket({ fd: 3, readable: true, writable: true })

let settle: (plane: ControlPlane) => void = () => {}
let reject: (error: unknown) => void = () => {}
const plane = new Promise<ControlPlane>((resolve, refuse) => {
  settle = resolve
  reject = refuse
})
let tellLanBuilt = () => {}
const lanBuilt = new Promise<void>((resolve) => {
  tellLanBuilt = resolve
})
const channel = openControlChannel(stream, {
  start: () => {
    tellLanBuilt()
    return plane.then(() => null)
  },
  places: async () => (await plane).places.list(),
  resolve: async (target) => (await plane).places.resolve(target),
  api: async (request) => (await plane).api.handle(request),
  apply: async ({ objects }) => {
    await applyObjects((await plane).api, objects)
    return null
  },
  addHosts: async (added) => {
    await (await plane).addHosts(added)
    return null
  },
  settled: async ({ timeoutMs }, signal) => {
    await (await plane).settled(timeoutMs, signal)
    return null
  },
  hold: async (holds) => {
    ;(await plane).agents.hold(holds)
    return null
  },
  release: async () => {
    ;(await plane).agents.release()
    return null
  },
  resync: async () => {
    await (await plane).agents.resync()
    return null
  },
})

const fail = (error: unknown) => {
  log.error({ error: error instanceof Error ? error.stack : String(error) }, 'the control plane failed')
  channel.failed(error instanceof Error ? error.message : String(error))
}
process.on('uncaughtException', fail)
process.on('unhandledRejection', fail)
// without the lab process there is no lab
stream.on('close', () => process.exit(0))

startControlPlane({
  ...config,
  init: createInitClient(initConnection, initConnection),
  clock: systemClock,
  log,
  keys: '/lab/pki',
  listenerFd: 5,
  lanBuilt,
  onStep: channel.step,
  onFailure: (reason) => channel.failed(reason),
}).then(settle, (error) => {
  fail(error)
  reject(error)
})
