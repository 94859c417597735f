// Gathers facts about this machine, for doctor.mjs to judge. Plain data: a machine elsewhere can be recorded and tested. No dependencies.
import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { cpus, release, totalmem } from 'node:os'
import { delimiter, join } from 'node:path'

const read = (path) => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** Absolute path of a command, looked up in PATH, the administrators' folders that a user's PATH may lack, and that of CNI plugins. */
export function findCommand(name) {
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/lib/cni']) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {}
  }
  return undefined
}

/** The commands a lab or its set-up runs. */
export const commands = [
  'bwrap', 'newuidmap', 'setpriv', 'ip', 'bridge', 'ss', 'iptables-nft', 'iptables-nft-restore', 'nft', 'conntrack', 'tcpdump', 'dig', 'curl', 'ping', 'ps', 'sysctl',
  'nano', 'less', 'bash', 'cc', 'make', 'g++', 'python3', 'openssl', 'chromium', 'socat', 'bpftool', 'clang', 'bird', 'host-local', 'strace', 'nginx', 'systemctl', 'sudo', 'apt-get', 'dnf', 'pacman',
] // biome-ignore format: a list to read

const portFree = (port, host) =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, host, () => server.close(() => resolve(true)))
  })

/** Can this user make a user namespace with a network namespace in it? The kernel's answer, not a guess from settings. */
function tryUserNamespace() {
  const bwrap = findCommand('bwrap')
  const argv = bwrap
    ? [
        bwrap,
        '--unshare-user',
        '--unshare-net',
        '--unshare-pid',
        '--uid',
        '0',
        '--gid',
        '0',
        '--cap-add',
        'ALL',
        '--ro-bind',
        '/',
        '/',
        '--proc',
        '/proc',
        '/bin/true',
      ]
    : ['unshare', '-Urn', '/bin/true']
  // root drops to the lab uid first, so that is who must be able to
  const drop = process.getuid?.() === 0 ? ['setpriv', '--reuid', '200000', '--regid', '200000', '--clear-groups'] : []
  const proc = drop.length && bwrap ? argv.filter((a, i) => !(a === '--proc' || argv[i - 1] === '--proc')) : argv
  const [file, ...args] = [...drop, ...proc]
  const r = spawnSync(file, args, { encoding: 'utf8', timeout: 5000, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } })
  return { tried: proc[0], ok: r.status === 0, stderr: (r.stderr || r.error?.message || '').trim().split('\n').slice(-1)[0] ?? '' }
}

/** @returns {Promise<import('./doctor.mjs').Facts>} */
export async function gatherFacts({ port = 3000, host = '127.0.0.1', cacheFolder } = {}) {
  const linux = process.platform === 'linux'
  const osRelease = Object.fromEntries(
    (read('/etc/os-release') ?? '')
      .split('\n')
      .map((l) => l.match(/^(\w+)="?(.*?)"?$/))
      .filter(Boolean)
      .map((m) => [m[1], m[2]]),
  )
  let freeDiskMB
  try {
    const s = statfsSync(process.cwd())
    freeDiskMB = Math.floor((s.bavail * s.bsize) / 2 ** 20)
  } catch {}
  return {
    platform: process.platform,
    arch: process.arch,
    os: osRelease.PRETTY_NAME ?? process.platform,
    osId: osRelease.ID ?? process.platform,
    osVersion: osRelease.VERSION_ID ?? '',
    kernel: release(),
    wsl: /microsoft/i.test(release()),
    node: process.versions.node,
    uid: process.getuid?.() ?? -1,
    cpus: cpus().length,
    memoryMB: Math.floor(totalmem() / 2 ** 20),
    freeDiskMB,
    commands: Object.fromEntries(commands.map((c) => [c, Boolean(findCommand(c))])),
    staticLibc: linux && hasStaticLibc(),
    bpfHeaders: existsSync('/usr/include/bpf/bpf_helpers.h'),
    bashCompletion: existsSync('/usr/share/bash-completion/bash_completion'),
    userNamespace: linux ? tryUserNamespace() : undefined,
    sysctls: {
      'kernel.unprivileged_userns_clone': read('/proc/sys/kernel/unprivileged_userns_clone'),
      'user.max_user_namespaces': read('/proc/sys/user/max_user_namespaces'),
      'kernel.apparmor_restrict_unprivileged_userns': read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
    },
    subuid: linux && hasSubuid(),
    kubectl: cacheFolder ? kubectlVersion(process.env.PODWIRE_KUBECTL ?? join(cacheFolder, 'kubectl-1.37.1')) : undefined,
    port: { host, port, free: await portFree(port, host) },
  }
}

function hasStaticLibc() {
  const cc = findCommand('cc')
  if (!cc) return false
  const r = spawnSync(cc, ['-print-file-name=libc.a'], { encoding: 'utf8' })
  return r.status === 0 && existsSync(r.stdout.trim())
}

function hasSubuid() {
  const user = process.env.USER ?? ''
  const uid = String(process.getuid?.() ?? '')
  return (read('/etc/subuid') ?? '').split('\n').some((l) => [user, uid].includes(l.split(':')[0]) && l !== '')
}

/** `v1.37.1`, or undefined when it is missing or does not run. */
export function kubectlVersion(path) {
  try {
    const out = execFileSync(path, ['version', '--client', '-o', 'json'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { HOME: '/nonexistent', PATH: '/usr/bin:/bin' },
    })
    return JSON.parse(out).clientVersion.gitVersion
  } catch {
    return undefined
  }
}
