// The doctor on recorded machines: what it finds, what it says works, and the command it gives.
import { describe, expect, it } from 'vitest'
import { judge, missingPackages, neededByAll, report, verdict } from './doctor.mjs'
import { commands, type Facts, gatherFacts } from './facts.mjs'

const all = Object.fromEntries(commands.map((c) => [c, !['dnf', 'pacman'].includes(c)]))
const debian12: Facts = {
  platform: 'linux',
  arch: 'x64',
  os: 'Debian GNU/Linux 12 (bookworm)',
  osId: 'debian',
  osVersion: '12',
  kernel: '6.1.0-18-amd64',
  wsl: false,
  node: '20.20.2',
  uid: 1000,
  cpus: 4,
  memoryMB: 16_000,
  freeDiskMB: 50_000,
  commands: all,
  staticLibc: true,
  bpfHeaders: true,
  bashCompletion: true,
  userNamespace: { tried: 'bwrap', ok: true, stderr: '' },
  sysctls: {},
  subuid: true,
  kubectl: 'v1.37.1',
  port: { host: '127.0.0.1', port: 3000, free: true },
}
const without = (...names: string[]) => ({ ...all, ...Object.fromEntries(names.map((n) => [n, false])) })
const failing = (facts: Facts) =>
  judge(facts)
    .filter((f) => !f.ok)
    .map((f) => f.id)

describe('doctor', () => {
  it('has nothing to say of a complete Debian 12', () => {
    expect(failing(debian12)).toEqual([])
    expect(verdict(judge(debian12))).toEqual({ pages: true, labs: true, sentence: 'Lessons and labs work here.' })
  })

  it('names the packages of a bare machine and the one command, with sudo for a user', () => {
    const bare = { ...debian12, commands: without('bwrap', 'conntrack', 'cc', 'dig'), staticLibc: false, bashCompletion: false }
    expect(missingPackages(bare)).toEqual(['bash-completion', 'bind9-dnsutils', 'bubblewrap', 'conntrack', 'gcc', 'libc6-dev'])
    expect(judge(bare).find((f) => f.id === 'packages')?.mend).toBe(
      'sudo apt-get update && sudo apt-get install -y bash-completion bind9-dnsutils bubblewrap conntrack gcc libc6-dev',
    )
    expect(judge({ ...bare, uid: 0 }).find((f) => f.id === 'packages')?.mend).toMatch(/^apt-get/)
  })

  it('wants bpftool on Debian, and lets labs run without it', () => {
    const bare = { ...debian12, commands: without('bpftool') }
    expect(missingPackages(bare)).toEqual(['bpftool'])
    expect(verdict(judge(bare)).labs).toBe(true)
    expect(missingPackages({ ...bare, osId: 'ubuntu' })).toEqual([])
  })

  it('lets labs run without what only some of them need', () => {
    const bare = { ...debian12, commands: without('bird', 'host-local', 'strace', 'nginx') }
    expect(missingPackages(bare)).toEqual(['bird2', 'containernetworking-plugins', 'nginx', 'strace'])
    expect(neededByAll(['bird2', 'gcc'])).toEqual(['gcc'])
    expect(verdict(judge(bare)).labs).toBe(true)
  })

  it('tells root what labs with eBPF lack, and an ordinary user that they need root', () => {
    const lacks = { ...debian12, commands: without('clang'), bpfHeaders: false }
    const ebpf = (facts: Facts) => judge(facts).find(({ id }) => id === 'ebpf')
    expect(ebpf({ ...lacks, uid: 0 })).toMatchObject({
      ok: false,
      found: 'missing: clang, libbpf-dev',
      mend: expect.stringMatching(/ clang libbpf-dev$/),
    })
    expect(ebpf({ ...lacks, uid: 1000 })).toMatchObject({ ok: true, found: expect.stringContaining('takes root') })
    expect(missingPackages(lacks)).toEqual([])
    expect(verdict(judge({ ...lacks, uid: 0 })).labs).toBe(true)
  })

  it('does not name apt-get where there is none', () => {
    const fedora = { ...debian12, osId: 'fedora', commands: { ...without('bwrap', 'apt-get'), dnf: true } }
    expect(judge(fedora).find((f) => f.id === 'packages')?.mend).toBe('Install with your package manager what provides: bwrap')
  })

  it.each([
    ['kernel.unprivileged_userns_clone', '0', 'kernel.unprivileged_userns_clone=1'],
    ['user.max_user_namespaces', '0', 'user.max_user_namespaces=15000'],
    ['kernel.apparmor_restrict_unprivileged_userns', '1', 'kernel.apparmor_restrict_unprivileged_userns=0'],
  ])('says that %s=%s forbids labs and how to mend it', (key, value, mend) => {
    const closed = {
      ...debian12,
      userNamespace: { tried: 'bwrap', ok: false, stderr: 'Operation not permitted' },
      sysctls: { [key]: value },
    }
    const findings = judge(closed)
    expect(findings.find((f) => f.id === 'user-namespaces')?.mend).toContain(mend)
    expect(verdict(findings)).toMatchObject({ pages: true, labs: false })
    expect(verdict(findings).sentence).toMatch(/forbids them .*lessons can be read/)
  })

  it.each([
    ['darwin', 'On macOS the lessons can be read; embedded labs need a Linux kernel.'],
    ['win32', 'On Windows the lessons can be read; embedded labs need a Linux kernel.'],
  ])('says in one sentence what works on %s', (platform, sentence) => {
    expect(verdict(judge({ ...debian12, platform, userNamespace: undefined }))).toEqual({ pages: true, labs: false, sentence })
  })

  it('refuses to start on an old Node.js and a full disk', () => {
    expect(verdict(judge({ ...debian12, node: '18.19.0' })).pages).toBe(false)
    expect(verdict(judge({ ...debian12, node: '20.8.1' })).pages).toBe(false)
    expect(verdict(judge({ ...debian12, node: '20.9.0' })).pages).toBe(true)
    expect(verdict(judge({ ...debian12, freeDiskMB: 20 })).pages).toBe(false)
  })

  it('wants a kernel of 5.14 or later', () => {
    expect(failing({ ...debian12, kernel: '5.10.0-28-amd64' })).toEqual(['kernel'])
    expect(failing({ ...debian12, kernel: '5.15.0-generic' })).toEqual([])
  })

  it('prints the mend under what is missing', () => {
    expect(report(judge({ ...debian12, kubectl: undefined }))).toMatch(/missing kubectl v1.37.1 of our own.*\n.*→ npm start/)
  })

  it('lets labs work where labs on kind, a choice, do not', () => {
    const kind = {
      id: 'kind-engine',
      ok: false,
      level: 'kind',
      what: 'labs on kind: container engine',
      found: 'none',
      mend: 'do this',
    } as const
    const findings = [...judge(debian12), kind]
    expect(verdict(findings).labs).toBe(true)
    expect(report(findings)).toMatch(/^not yet labs on kind: container engine +none\n +→ do this$/m)
  })

  it('gathers facts that can be judged on the machine at hand', async () => {
    const facts = await gatherFacts({ port: 0 })
    expect(JSON.parse(JSON.stringify(facts))).toMatchObject({ platform: process.platform, node: process.versions.node })
    expect(judge(facts).length).toBeGreaterThan(3)
  })
})
