// Which engine, kind and image labs would use on recorded machines, and what is said where something is missing.
import { describe, expect, it } from 'vitest'
import { LabError } from '../../spec/errors.ts'
import { type EngineFacts, gatherToolFacts, readEngineInfo, type ToolFacts } from './tool-facts.ts'
import { judgeTools } from './tool-findings.ts'
import { decideEngine, decideTools, findKindTools, kindEnvironment } from './tools.ts'

const docker: EngineFacts = {
  name: 'docker',
  program: '/usr/bin/docker',
  version: '28.2.2',
  hostname: 'laptop',
  kernel: '6.1.0-18-amd64',
  os: 'Debian GNU/Linux 12 (bookworm)',
  rootless: false,
  delegated: true,
}
const podman: EngineFacts = { ...docker, name: 'podman', program: '/usr/bin/podman', version: '4.3.1' }
const installed = { from: 'cache', program: '/home/a/.cache/podwire/kind/0.33.0/kind', version: '0.33.0' } as const
/** Debian 12, an ordinary user in the group docker, everything there. */
const debian12: ToolFacts = {
  platform: 'linux',
  uid: 1000,
  hostname: 'laptop',
  kernel: '6.1.0-18-amd64',
  systemd: true,
  apt: true,
  engines: [docker],
  kinds: [installed],
  image: { from: 'loaded', name: 'kindest/node:v1.37.1-own', engines: ['docker'] },
  inotifyInstances: 1024,
}
const failing = (facts: ToolFacts) => judgeTools(facts).findings.filter(({ ok }) => !ok)
const refusal = (facts: ToolFacts): LabError => {
  try {
    decideTools(facts)
  } catch (error) {
    return error as LabError
  }
  throw new Error('it was not refused')
}
const down = (failure: string, name: 'docker' | 'podman' = 'docker'): EngineFacts => ({ name, program: `/usr/bin/${name}`, failure })

describe('tools of the kind runtime', () => {
  it('takes what is there', () => {
    expect(failing(debian12)).toEqual([])
    expect(decideTools(debian12)).toEqual({
      engine: { name: 'docker', program: '/usr/bin/docker', version: '28.2.2' },
      kind: { program: installed.program, version: '0.33.0' },
      image: 'kindest/node:v1.37.1-own',
    })
  })

  it('says what is not installed and how to install it, for this user and package manager', () => {
    expect(refusal({ ...debian12, engines: [] })).toMatchObject({
      code: 'runtime-unavailable',
      message: 'Labs on kind cannot run here: neither docker nor podman is installed.',
      hint: 'sudo apt-get install -y docker.io',
    })
    expect(refusal({ ...debian12, engines: [], uid: 0 }).hint).toBe('apt-get install -y docker.io')
    expect(refusal({ ...debian12, engines: [], apt: false }).hint).toContain('https://docs.docker.com/engine/install/')
  })

  it('has a sentence of its own for a socket that this user may not use', () => {
    const failure =
      'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: connect: permission denied'
    const error = refusal({ ...debian12, engines: [down(failure)] })
    expect(error.message).toContain('you are not in the group docker')
    expect(error.hint).toBe('sudo usermod -aG docker "$USER", then log out and in again')
  })

  it('tells how to start a daemon that does not answer', () => {
    const engines = [down('Cannot connect to the Docker daemon at unix:///var/run/docker.sock')]
    expect(refusal({ ...debian12, engines }).hint).toBe('sudo systemctl start docker')
    expect(refusal({ ...debian12, engines, systemd: false, uid: 0 }).hint).toBe('service docker start')
    expect(refusal({ ...debian12, engines, dockerHost: 'tcp://10.0.0.9:2375' }).hint).toMatch(/^Unset DOCKER_HOST/)
  })

  it('takes podman where there is no docker or docker does not answer, and docker first', () => {
    const image = { from: 'loaded', name: 'localhost/node:1', engines: ['podman'] } as const
    const facts: ToolFacts = { ...debian12, engines: [podman], image: { ...image, engines: ['podman'] } }
    expect(decideTools(facts).engine).toEqual({ name: 'podman', program: '/usr/bin/podman', version: '4.3.1' })
    expect(decideTools({ ...facts, engines: [down('permission denied'), podman] }).engine.name).toBe('podman')
    expect(decideEngine({ ...facts, engines: [docker, podman] }).name).toBe('docker')
    expect(kindEnvironment(decideTools(facts), '/bin')).toEqual({ KIND_EXPERIMENTAL_PROVIDER: 'podman', PATH: '/usr/bin:/bin' })
  })

  it('honours KIND_EXPERIMENTAL_PROVIDER, and refuses one it does not know', () => {
    expect(decideEngine({ ...debian12, engines: [docker, podman], provider: 'podman' }).name).toBe('podman')
    expect(refusal({ ...debian12, provider: 'podman' })).toMatchObject({ hint: 'sudo apt-get install -y podman' })
    expect(refusal({ ...debian12, provider: 'nerdctl' }).message).toContain('labs know docker and podman')
  })

  it('refuses engines whose containers run on another machine', () => {
    const desktop = { ...docker, os: 'Docker Desktop', hostname: 'docker-desktop', kernel: '6.10.14-linuxkit' }
    expect(refusal({ ...debian12, engines: [desktop] }).message).toMatch(/Docker Desktop runs .* tools are mounted into the nodes\.$/)
    const remote = { ...docker, hostname: 'build-server' }
    const error = refusal({ ...debian12, engines: [remote], dockerHost: 'ssh://build-server' })
    expect(error.message).toContain('docker runs containers on another machine (build-server)')
    expect(error.hint).toContain('Unset DOCKER_HOST (it is ssh://build-server)')
    expect(decideEngine({ ...debian12, engines: [remote, podman] }).name).toBe('podman')
  })

  it('refuses a rootless engine that may not limit its containers', () => {
    expect(refusal({ ...debian12, engines: [{ ...podman, rootless: true, delegated: false }] }).hint).toContain('rootless')
    expect(decideEngine({ ...debian12, engines: [{ ...podman, rootless: true }] }).name).toBe('podman')
  })

  it('needs kind of the pinned minor version or later', () => {
    expect(refusal({ ...debian12, kinds: [] })).toMatchObject({
      message: 'Labs on kind cannot run here: kind is not installed.',
      hint: 'npx podwire kind install',
    })
    const inPath = (version: string) => ({ from: 'PATH', program: '/usr/bin/kind', version }) as const
    expect(refusal({ ...debian12, kinds: [inPath('0.20.0')] }).message).toContain('/usr/bin/kind is kind 0.20.0; labs need 0.33.0 or later')
    expect(decideTools({ ...debian12, kinds: [inPath('0.33.2')] }).kind.version).toBe('0.33.2')
    const newer = judgeTools({ ...debian12, kinds: [inPath('1.0.0')] })
    expect(newer.findings.find(({ id }) => id === 'kind-program')).toMatchObject({
      ok: true,
      found: expect.stringContaining('newer than 0.33.0'),
    })
    // the cache's comes before an older one in PATH, and what PODWIRE_KIND names before both
    expect(decideTools({ ...debian12, kinds: [installed, inPath('0.20.0')] }).kind.program).toBe(installed.program)
    const named = { from: 'PODWIRE_KIND', program: '/opt/kind' } as const
    expect(refusal({ ...debian12, kinds: [named, installed] })).toMatchObject({
      message: 'Labs on kind cannot run here: PODWIRE_KIND=/opt/kind is not a kind that runs here.',
      hint: 'Unset PODWIRE_KIND and run: npx podwire kind install',
    })
  })

  it('knows the three kinds of image', () => {
    const { image: _, ...own } = debian12
    expect(decideTools(own).image).toBeUndefined()
    const gone: ToolFacts = { ...debian12, image: { from: 'loaded', name: 'kindest/node:x', engines: [] } }
    expect(refusal(gone).message).toContain('kindest/node:x, which was loaded once, is gone from docker')
    const named: ToolFacts = { ...debian12, image: { from: 'PODWIRE_KIND_IMAGE', name: 'registry.example/node:1', engines: [] } }
    expect(decideTools(named).image).toBe('registry.example/node:1')
  })

  it('warns of inotify limits, which fail a cluster later with other words', () => {
    const low = { ...debian12, inotifyInstances: 128 }
    expect(failing(low)).toMatchObject([{ id: 'kind-inotify', required: false, found: expect.stringContaining('too many open files') }])
    expect(failing(low)[0]?.mend).toContain('/etc/sysctl.d/60-podwire-kind.conf')
    expect(failing({ ...low, uid: 0 })[0]?.mend).toMatch(/^sysctl -w fs\.inotify\.max_user_instances=1024/)
    expect(decideTools(low).engine.name).toBe('docker')
  })

  it('says in one line that other systems cannot run them', () => {
    expect(judgeTools({ ...debian12, platform: 'darwin' }).findings).toMatchObject([{ id: 'kind-platform', ok: false }])
    expect(refusal({ ...debian12, platform: 'win32' }).hint).toContain('WSL 2')
  })

  it('reads what docker and podman say of themselves', () => {
    const said = {
      ServerVersion: '20.10.24',
      Name: 'vm',
      KernelVersion: '6.1',
      OperatingSystem: 'Debian',
      SecurityOptions: ['name=rootless'],
    }
    const limits = { CgroupVersion: '2', MemoryLimit: true, PidsLimit: true, CPUShares: true }
    expect(readEngineInfo('docker', '/d', JSON.stringify({ ...said, ...limits }))).toEqual({
      ...{
        name: 'docker',
        program: '/d',
        version: '20.10.24',
        hostname: 'vm',
        kernel: '6.1',
        os: 'Debian',
        rootless: true,
        delegated: true,
      },
    })
    expect(readEngineInfo('docker', '/d', JSON.stringify({ ServerErrors: ['no daemon'] }))).toMatchObject({ failure: 'no daemon' })
    const host = { hostname: 'vm', kernel: '6.1', cgroupControllers: ['memory', 'pids'], security: { rootless: true }, distribution: {} }
    // the package podman-docker calls podman docker
    expect(readEngineInfo('docker', '/d', JSON.stringify({ host, version: { Version: '4.3.1' } }))).toMatchObject({
      name: 'podman',
      version: '4.3.1',
      rootless: true,
      delegated: false,
    })
  })

  it('gathers facts that can be recorded and judged on the machine at hand, however bare', async () => {
    const places = { env: { PODWIRE_KIND: '/nonexistent/kind' }, cache: '/nonexistent', path: '/nonexistent' }
    const facts = await gatherToolFacts(places)
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts)
    expect(facts).toMatchObject({ engines: [], kinds: [{ from: 'PODWIRE_KIND', program: '/nonexistent/kind' }] })
    await expect(findKindTools(places)).rejects.toBeInstanceOf(LabError)
  })
})
