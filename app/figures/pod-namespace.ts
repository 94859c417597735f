// Two programs in one Pod or in two: which of them can listen, and who of four callers meets which. What the kernel's bind and connect decide. Pure.

export type Bind = '0.0.0.0' | '127.0.0.1' | 'pod'
export interface Listener {
  bind: Bind
  port: number
}
export interface PodSettings {
  /** the helper is a container of the same Pod; otherwise it is a Pod of its own */
  together: boolean
  app: Listener
  helper: Listener
  /** the manifest lists the app's port as containerPort */
  declared: boolean
}
export type Program = 'app' | 'helper'
export type Caller = 'app' | 'helper' | 'client' | 'node'
/** loopback of the caller's own namespace, or the address of the app's Pod */
export type Called = 'localhost' | 'pod'
export interface Call {
  caller: Caller
  called: Called
  /** who answers on that address and port; undefined: nobody listens, and the kernel there refuses */
  answers?: Program
  /** in whose network namespace the listener is looked for */
  namespace: string
}
export interface PodResult {
  addresses: Record<Program, string>
  /** the second of two that cannot share a port: the app starts first */
  failed?: 'helper'
  calls: Call[]
}

const appAddress = '10.244.2.2'
const helperAddress = '10.244.2.3'

interface Socket {
  program: Program
  namespace: string
  address: string
  port: number
}

/** Two listeners of one namespace and one port collide when one takes every address, or both take the same. */
const collide = (a: Socket, b: Socket): boolean =>
  a.namespace === b.namespace && a.port === b.port && (a.address === b.address || a.address === '0.0.0.0' || b.address === '0.0.0.0')

export function podNamespace(settings: PodSettings): PodResult {
  const addresses = { app: appAddress, helper: settings.together ? appAddress : helperAddress }
  const namespaces = { app: 'orders', helper: settings.together ? 'orders' : 'debug', client: 'client', node: 'worker2' }
  const listen = (program: Program): Socket => {
    const { bind, port } = settings[program]
    return { program, namespace: namespaces[program], address: bind === 'pod' ? addresses[program] : bind, port }
  }
  const app = listen('app')
  const helper = listen('helper')
  const failed = collide(app, helper) ? 'helper' : undefined
  const sockets = failed ? [app] : [app, helper]

  const call = (caller: Caller, called: Called): Call => {
    const namespace = called === 'localhost' ? namespaces[caller] : namespaces.app
    const address = called === 'localhost' ? '127.0.0.1' : addresses.app
    const found = sockets.find(
      (s) => s.namespace === namespace && s.port === settings.app.port && (s.address === '0.0.0.0' || s.address === address),
    )
    return { caller, called, namespace, ...(found && { answers: found.program }) }
  }
  return {
    addresses,
    ...(failed && { failed }),
    calls: [
      call('app', 'localhost'),
      call('helper', 'localhost'),
      call('helper', 'pod'),
      call('client', 'localhost'),
      call('client', 'pod'),
      call('node', 'localhost'),
      call('node', 'pod'),
    ],
  }
}
