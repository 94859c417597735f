// The root folder that nodes, hosts and pods of a lab start from, apart from labs/system/skel: empty folders, links into /usr, and what programs
// need of this machine's /etc. No accounts, keys, host names or settings of the machine. Called by stage.mjs. No dependencies.
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Copied from /etc: tables and settings that come with packages. */
export const hostEtc = [
  ...['alternatives', 'bash_completion', 'ca-certificates.conf', 'debian_version', 'ethertypes', 'gai.conf', 'host.conf'],
  ...[
    'iproute2',
    'ld.so.cache',
    'ld.so.conf',
    'ld.so.conf.d',
    'magic',
    'mime.types',
    'netconfig',
    'os-release',
    'protocols',
    'rpc',
    'services',
  ],
  ...['ssl/certs', 'ssl/openssl.cnf', 'terminfo', 'vim', 'xattr.conf'],
]
const folders = [
  ...['dev', 'etc', 'home', 'mnt', 'opt', 'proc', 'root', 'run', 'srv', 'sys', 'tmp', 'usr', 'var/cache', 'var/lib/misc', 'var/log/nginx'],
  ...['var/lib/nginx', 'var/mail', 'var/spool', 'var/tmp', 'var/www/html'],
]

/** kind's nodes have iptables-nft, and so have ours, whatever this machine has chosen for itself. */
function chooseNftables(alternatives) {
  for (const family of ['iptables', 'ip6tables']) {
    for (const verb of ['', '-save', '-restore']) {
      const program = `/usr/sbin/${family}-nft${verb}`
      const link = join(alternatives, `${family}${verb}`)
      if (!existsSync(program)) continue
      rmSync(link, { force: true })
      symlinkSync(program, link)
    }
  }
}

/** Links whose targets are not in the skeleton would show a path of this machine and lead nowhere. */
function dropForeignLinks(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) dropForeignLinks(path)
    else if (
      entry.isSymbolicLink() &&
      readlinkSync(path).startsWith('/') &&
      !/^\/(usr|bin|sbin|lib\w*|etc|run|proc)\//.test(readlinkSync(path))
    )
      rmSync(path)
  }
}

export function buildSkeleton(skel) {
  for (const name of folders) mkdirSync(join(skel, name), { recursive: true, mode: 0o755 })
  for (const name of ['tmp', 'var/tmp']) chmodSync(join(skel, name), 0o1777)
  chmodSync(join(skel, 'root'), 0o700)
  for (const name of ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32']) {
    if (lstatSync(`/${name}`, { throwIfNoEntry: false })?.isSymbolicLink()) symlinkSync(`usr/${name}`, join(skel, name))
  }
  // where a kubelet's container runtime looks for CNI plugins; Debian has them elsewhere
  mkdirSync(join(skel, 'opt/cni'), { recursive: true })
  symlinkSync('/usr/lib/cni', join(skel, 'opt/cni/bin'))
  symlinkSync('/run', join(skel, 'var/run'))
  symlinkSync('/run/lock', join(skel, 'var/lock'))
  const etc = join(skel, 'etc')
  for (const name of hostEtc) {
    const from = join('/etc', name)
    if (!lstatSync(from, { throwIfNoEntry: false })) continue
    mkdirSync(dirname(join(etc, name)), { recursive: true })
    cpSync(from, join(etc, name), { recursive: true, verbatimSymlinks: true })
  }
  mkdirSync(join(etc, 'alternatives'), { recursive: true })
  chooseNftables(join(etc, 'alternatives'))
  dropForeignLinks(etc)
  for (const name of ['hosts', 'hostname', 'resolv.conf', 'fstab']) writeFileSync(join(etc, name), '')
  symlinkSync('/proc/mounts', join(etc, 'mtab'))
}
