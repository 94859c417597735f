// A connection to a port inside a pod, for `kubectl port-forward`: a small process in the pod's network namespace carries the bytes.
import { createHash } from 'node:crypto'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import type { PortStream } from '../api/streams.ts'

/**
 * A shell gives its background processes an empty stdin unless told otherwise, hence 4. When the server has finished, the half that still waits for
 * the client is of no use.
 */
const script = 'exec 3<>"/dev/tcp/127.0.0.1/$1" 4<&0 || exit 1; cat <&4 >&3 & cat <&3; kill $! 2>/dev/null; exit 0'

/** 64 hexadecimal digits, as containerd names a pod's sandbox. */
export const sandboxId = (namespace: string): string => createHash('sha256').update(namespace).digest('hex')

export function openPort(init: SandboxInit, namespace: string, port: number): PortStream {
  const process = init.spawn({ namespace, view: 'platform', argv: ['bash', '-c', script, 'port-forward', String(port)] })
  let errors = ''
  let onEnd = () => {}
  let onError: (error: Error) => void = () => {}
  process.onStderr((bytes) => {
    errors += bytes.toString('utf8')
    process.ack(bytes.length)
  })
  void process.exited.then((code) => {
    if (code === 0 || code > 128) return onEnd()
    const reason = /connect: (.*)/.exec(errors)?.[1]?.toLowerCase() ?? errors.trim()
    const netns = namespace.replace(/^pod-/, '')
    onError(
      new Error(
        `failed to execute portforward in network namespace "/var/run/netns/cni-${netns}": failed to connect to localhost:${port} inside namespace "${sandboxId(namespace)}", IPv4: dial tcp4 127.0.0.1:${port}: connect: ${reason} IPv6 dial tcp6 [::1]:${port}: connect: ${reason} `,
      ),
    )
  })
  return {
    onData(listener) {
      process.onStdout((bytes) => {
        listener(bytes)
        process.ack(bytes.length)
      })
    },
    onEnd(listener) {
      onEnd = listener
    },
    onError(listener) {
      onError = listener
    },
    write: (bytes) => process.write(bytes),
    end: () => process.end(),
    destroy: () => process.kill(9),
  }
}
