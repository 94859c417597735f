// Tools that a node image may lack (tcpdump, dig, nft, bpftool …), taken from this machine with the libraries they need, and kubeadm's patches: nodes get
// the folder as /opt/podwire, read-only. Made once, in the cache. Used by runtime.ts.

import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { LabError } from '../../spec/errors.ts'
import { runCommand } from '../../system/command.ts'
import { toolsFolder } from './names.ts'

const wanted = [
  ...['tcpdump', 'dig', 'nft', 'bpftool', 'conntrack', 'curl', 'ping', 'traceroute', 'nc', 'ss', 'ip', 'bridge', 'tc', 'ipset', 'ethtool'],
  ...['nano', 'less', 'jq', 'socat'],
]
const searched = ['/usr/sbin', '/usr/bin', '/sbin', '/bin']

/**
 * kubeadm leaves CoreDNS's readiness probe at the default of ten seconds. The first one comes too early as often as not, and then each new cluster and
 * each reset waits ten seconds for the next.
 */
const kubeadmPatches = {
  'corednsdeployment.yaml': `spec:
  template:
    spec:
      containers:
        - name: coredns
          readinessProbe: { periodSeconds: 1 }
`,
}

interface Tool {
  name: string
  program: string
}

/** Those of them that this machine has. */
function findTools(): Tool[] {
  return wanted.flatMap((name) => {
    const program = searched.map((folder) => join(folder, name)).find((path) => existsSync(path))
    return program ? [{ name, program: realpathSync(program) }] : []
  })
}

/** The dynamic loader and libraries of a program, as ldd lists them; none for a static one or a script. */
async function librariesOf(program: string): Promise<{ loader?: string; libraries: string[] }> {
  const { stdout } = await runCommand(['ldd', program]).catch((error) => {
    if (error instanceof LabError && error.code === 'command-failed') return { stdout: '' } // "not a dynamic executable"
    throw error
  })
  const libraries = [...stdout.matchAll(/=> (\/\S+)/g)].map((match) => match[1] as string)
  const loader = /^\s*(\/\S*ld-\S+)/m.exec(stdout)?.[1]
  return loader ? { loader, libraries } : { libraries }
}

const wrapper = (name: string, loader: string) => `#!/bin/sh
d=${toolsFolder}
exec "$d/lib/${loader}" --library-path "$d/lib" --argv0 ${name} "$d/libexec/${name}" "$@"
`

/** The folder, made when it is not there yet. Throws LabError cluster-failed. */
export async function ensureNodeTools(cache: string): Promise<string> {
  const tools = findTools()
  const hash = createHash('sha256').update(wrapper('', '')).update(JSON.stringify(kubeadmPatches))
  for (const { program } of tools) hash.update(`${program} ${statSync(program).mtimeMs}\0`)
  const folder = join(cache, `node-tools-${hash.digest('hex').slice(0, 12)}`)
  if (existsSync(folder)) return folder
  const draft = `${folder}.${process.pid}`
  try {
    for (const part of ['bin', 'kubeadm', 'lib', 'libexec', 'terminfo']) mkdirSync(join(draft, part), { recursive: true, mode: 0o755 })
    for (const { name, program } of tools) {
      const { loader, libraries } = await librariesOf(program)
      for (const library of loader ? [loader, ...libraries] : libraries)
        copyFileSync(realpathSync(library), join(draft, 'lib', basename(library)))
      const target = join(draft, loader ? 'libexec' : 'bin', name)
      copyFileSync(program, target)
      chmodSync(target, 0o755)
      if (loader) writeFileSync(join(draft, 'bin', name), wrapper(name, basename(loader)), { mode: 0o755 })
    }
    for (const entry of ['x/xterm-256color', 'x/xterm', 'l/linux']) {
      const from = ['/usr/share/terminfo', '/lib/terminfo', '/etc/terminfo']
        .map((base) => join(base, entry))
        .find((path) => existsSync(path))
      if (from) cpSync(from, join(draft, 'terminfo', entry), { recursive: true, dereference: true })
    }
    for (const [name, patch] of Object.entries(kubeadmPatches)) writeFileSync(join(draft, 'kubeadm', name), patch, { mode: 0o644 })
    renameSync(draft, folder)
  } catch (error) {
    if (!existsSync(folder))
      throw new LabError('cluster-failed', `The tools for the nodes could not be gathered: ${(error as Error).message}`, { cause: error })
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return folder
}
