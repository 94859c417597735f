import { describe, expect, it } from 'vitest'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import { writeSettings } from './network.ts'

const settings = { 'net.ipv4.ip_forward': '1', 'net.bridge.bridge-nf-call-iptables': '1' }

/** A machine whose kernel loads br_netfilter when it is asked by a rule, or never; `asked` is what it was told. */
function machine(loads: 'is there' | 'when asked' | 'never') {
  const asked: string[] = []
  let isThere = loads === 'is there'
  const init = {
    async writeSysctls(_: string, values: Record<string, string>) {
      for (const key of Object.keys(values))
        if (key.startsWith('net.bridge.') && !isThere) throw new Error(`${key}: No such file or directory`)
      asked.push(...Object.keys(values))
    },
    async run({ argv }: { argv: string[] }) {
      asked.push(argv.slice(0, 2).join(' '))
      isThere ||= loads === 'when asked'
      return { code: 0, stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
    },
  } as unknown as SandboxInit
  return { asked, write: () => writeSettings(init, 'worker', settings) }
}

describe('settings of bridges', () => {
  it('are written like others where the kernel has them', async () => {
    const { asked, write } = machine('is there')
    await write()
    expect(asked).toEqual(Object.keys(settings))
  })
  it('are asked for by a rule that leaves again', async () => {
    const { asked, write } = machine('when asked')
    await write()
    expect(asked).toEqual(['net.ipv4.ip_forward', 'iptables -A', 'iptables -D', 'net.bridge.bridge-nf-call-iptables'])
  })
  it('that never come are told with their mend', async () => {
    await expect(machine('never').write()).rejects.toMatchObject({ code: 'runtime-unavailable', hint: 'sudo modprobe br_netfilter' })
  })
})
