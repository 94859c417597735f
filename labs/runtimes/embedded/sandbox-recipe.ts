// How bubblewrap makes a sandbox on this machine: its arguments, and which user ids the sandbox gets. Pure decisions plus reads of /etc and
// the root folder; sandbox.ts acts on them.
import { accessSync, constants, lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { LabError } from '../../spec/errors.ts'

/** The uid and gid that a lab started by root runs as, and the first of its range. No account has it on Debian and Ubuntu. */
export const labUid = 200000
export const rangeSize = 65536

/**
 * root: this process writes a map of the range from labUid. range: newuidmap gives 0 → this user, 1… → the user's subordinate ids.
 * single: only 0 → this user; users' own ids are faked (seccomp.ts).
 */
export type IdMapping = { kind: 'root' } | { kind: 'range'; uids: SubordinateIds; gids: SubordinateIds } | { kind: 'single' }
export interface SubordinateIds {
  start: number
  count: number
}

/** The first usable line of /etc/subuid or /etc/subgid for a user, named or numbered. */
export function findSubordinateIds(file: string, user: { name: string; uid: number }): SubordinateIds | undefined {
  for (const line of file.split('\n')) {
    const [owner, start, count] = line.trim().split(':')
    if (owner !== user.name && owner !== String(user.uid)) continue
    const ids = { start: Number(start), count: Math.min(Number(count), rangeSize - 1) }
    // system accounts of Debian lie below 1000, nobody is 65534
    if (Number.isInteger(ids.start) && ids.start > 0 && ids.count >= 1000) return ids
  }
  return undefined
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // no such file: nobody has subordinate ids
  }
}

/** The full path of a program in PATH, or undefined. */
export function findProgram(name: string, path = process.env.PATH ?? ''): string | undefined {
  for (const folder of [...path.split(delimiter), '/usr/bin', '/usr/sbin']) {
    if (!folder) continue
    const file = join(folder, name)
    try {
      accessSync(file, constants.X_OK)
      return file
    } catch {
      // not in this folder
    }
  }
  return undefined
}

export function chooseIdMapping(user: { name: string; uid: number }): IdMapping {
  if (user.uid === 0) return { kind: 'root' }
  const uids = findSubordinateIds(readOrNothing('/etc/subuid'), user)
  const gids = findSubordinateIds(readOrNothing('/etc/subgid'), user)
  const tools = findProgram('newuidmap') && findProgram('newgidmap')
  return uids && gids && tools ? { kind: 'range', uids, gids } : { kind: 'single' }
}

/** bin, sbin and lib* as they are on this machine: links into /usr. */
export function rootLinks(): string[] {
  const links: string[] = []
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']) {
    const path = `/${name}`
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (!stat) continue
    if (!stat.isSymbolicLink()) {
      throw new LabError('runtime-unavailable', `${path} is a folder of its own, not a link into /usr.`, {
        hint: 'Labs need a system with a merged /usr (Debian 12 or later, Ubuntu 22.04 or later).',
      })
    }
    links.push('--symlink', readlinkSync(path).replace(/^\//, ''), path)
  }
  return links
}

export interface RecipeOptions {
  assets: string
  hostname: string
  /** descriptor that tells bwrap that the id maps are written; undefined: bwrap maps the single id itself */
  mapsWrittenFd: number | undefined
  /** descriptor to which bwrap writes JSON with child-pid */
  infoFd: number
}

/** bwrap's arguments up to and with the program it starts, labinit. */
export function bwrapArguments({ assets, hostname, mapsWrittenFd, infoFd }: RecipeOptions): string[] {
  const skel = join(assets, 'skel')
  const tmpfs = (path: string, megabytes: number) => ['--size', String(megabytes << 20), '--tmpfs', path]
  return [
    ...['--info-fd', String(infoFd)],
    ...(mapsWrittenFd === undefined ? [] : ['--userns-block-fd', String(mapsWrittenFd)]),
    ...['--unshare-user', '--uid', '0', '--gid', '0', '--unshare-pid', '--unshare-net', '--unshare-ipc', '--unshare-uts'],
    ...['--unshare-cgroup-try', '--as-pid-1', '--die-with-parent', '--new-session', '--cap-add', 'ALL', '--hostname', hostname],
    ...['--clearenv', '--setenv', 'PATH', '/usr/sbin:/usr/bin:/sbin:/bin', '--setenv', 'HOME', '/root', '--setenv', 'LANG', 'C.UTF-8'],
    ...['--ro-bind', '/usr', '/usr', ...rootLinks()],
    ...['--ro-bind', assets, '/lab', '--ro-bind', skel, '/skel', '--ro-bind', join(skel, 'etc'), '/etc'],
    ...['--proc', '/proc', '--dev', '/dev', ...tmpfs('/dev/shm', 8), ...tmpfs('/run', 64), ...tmpfs('/tmp', 64)],
    // /sys must be writable for namespaces inside to get one of their own; its files belong to the machine's root, who is not in here
    ...['--dir', '/mnt', '--dir', '/root', '--bind', '/sys', '/sys'],
    // the tmpfs under / and /dev have no size limit, hence read-only
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/', '/lab/bin/labinit'],
  ]
}
