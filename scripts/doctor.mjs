// Judges a machine from recorded facts (facts.mjs): one line per prerequisite, with the command that mends it. Pure; used by start, test and `podwire doctor`.

/**
 * @typedef {Awaited<ReturnType<typeof import('./facts.mjs').gatherFacts>>} Facts
 * @typedef {{id: string, ok: boolean, level: 'start' | 'labs' | 'kind' | 'comfort', what: string, found: string, mend?: string}} Finding
 *   level: what fails without it. `start`: nothing works; `labs`: pages work, labs do not; `kind`: labs on kind, which are optional; `comfort`: something smaller.
 */

/** Command → Debian and Ubuntu package. */
const packages = {
  bwrap: 'bubblewrap', newuidmap: 'uidmap', setpriv: 'util-linux', ip: 'iproute2', bridge: 'iproute2', ss: 'iproute2', 'iptables-nft': 'iptables', 'iptables-nft-restore': 'iptables', nft: 'nftables',
  conntrack: 'conntrack', tcpdump: 'tcpdump', dig: 'bind9-dnsutils', curl: 'curl', ping: 'iputils-ping', ps: 'procps', sysctl: 'procps', nano: 'nano', less: 'less', bash: 'bash', cc: 'gcc',
  make: 'make', 'g++': 'g++', python3: 'python3', openssl: 'openssl', bird: 'bird2', 'host-local': 'containernetworking-plugins', strace: 'strace', nginx: 'nginx',
} // biome-ignore format: a table to read
const toolNames = Object.keys(packages)

/** Without one of these a command is missing in some labs, or some labs do not start; without the others none does. */
const forSomeLabs = ['bpftool', 'bird2', 'containernetworking-plugins', 'strace', 'nginx']
export const neededByAll = (names) => names.filter((name) => !forSomeLabs.includes(name))

const atLeast = (version, wanted) => {
  const a = version.split(/[.-]/).map(Number)
  for (const [i, w] of wanted.entries()) if ((a[i] ?? 0) !== w) return (a[i] ?? 0) > w
  return true
}

/** Debian and Ubuntu packages that are missing for labs. */
export function missingPackages(facts) {
  const missing = toolNames.filter((c) => !facts.commands[c]).map((c) => packages[c])
  if (!facts.staticLibc) missing.push('gcc', 'libc6-dev')
  if (!facts.bashCompletion) missing.push('bash-completion')
  // Ubuntu's fits one kernel at a time and is no package of its own
  if (facts.osId === 'debian' && !facts.commands.bpftool) missing.push('bpftool')
  return [...new Set(missing)].sort()
}

/** A few labs compile programs for the kernel. clang is a few hundred megabytes, so nobody gets it unasked; tests do. */
export function packagesForEbpf(facts) {
  return [...(facts.commands.clang ? [] : ['clang']), ...(facts.bpfHeaders ? [] : ['libbpf-dev'])]
}

/** The one command that installs packages; a fresh machine may have no list of them yet. Without sudo it is for root. */
export function installCommand(facts, names) {
  const sudo = facts.uid === 0 || !facts.commands.sudo ? '' : 'sudo '
  return `${sudo}apt-get update && ${sudo}apt-get install -y ${names.join(' ')}`
}

/** @returns {Finding[]} */
export function judge(facts) {
  const findings = []
  const add = (id, level, ok, what, found, mend) => findings.push({ id, level, ok, what, found, ...(ok || !mend ? {} : { mend }) })

  add(
    'node',
    'start',
    atLeast(facts.node, [20, 9]),
    'Node.js 20.9 or later',
    facts.node,
    'Install Node.js 20 or later from https://nodejs.org, then run npm start again.',
  )
  if (facts.platform !== 'linux') {
    const where = facts.platform === 'darwin' ? 'macOS' : facts.platform === 'win32' ? 'Windows' : facts.platform
    const mend =
      facts.platform === 'win32'
        ? 'Run npm start inside WSL 2 (Ubuntu) instead.'
        : 'Run npm start in a Linux virtual machine, for example Lima or Multipass with Ubuntu 24.04.'
    add('linux', 'labs', false, 'Linux', `On ${where} the lessons can be read; embedded labs need a Linux kernel.`, mend)
    return findings
  }
  add('arch', 'labs', ['x64', 'arm64'].includes(facts.arch), 'an amd64 or arm64 processor', facts.arch)
  add(
    'kernel',
    'labs',
    atLeast(facts.kernel, [5, 14]),
    'Linux 5.14 or later',
    facts.kernel,
    'Update the system: labs need overlay file systems and process limits inside user namespaces.',
  )
  const names = missingPackages(facts)
  const mend = facts.commands['apt-get']
    ? installCommand(facts, names)
    : `Install with your package manager what provides: ${toolNames.filter((c) => !facts.commands[c]).join(', ') || names.join(', ')}`
  add(
    'packages',
    neededByAll(names).length ? 'labs' : 'comfort',
    names.length === 0,
    'system packages',
    names.length ? `missing: ${names.join(', ')}` : 'all there',
    mend,
  )
  const ns = facts.userNamespace
  if (names.includes('bubblewrap'))
    add(
      'user-namespaces',
      'labs',
      Boolean(ns?.ok),
      'user namespaces',
      ns?.ok ? 'allowed' : 'not tried with bubblewrap yet',
      'Install the packages first; this is looked at again then.',
    )
  else
    add(
      'user-namespaces',
      'labs',
      Boolean(ns?.ok),
      'user namespaces',
      ns?.ok
        ? 'allowed'
        : `this kernel forbids them (${ns?.stderr || 'no reason given'}); the lessons can be read, embedded labs cannot start`,
      mendUserNamespaces(facts),
    )
  add(
    'subuid',
    'comfort',
    facts.uid === 0 || Boolean(facts.subuid),
    'a range of user ids for labs',
    facts.uid === 0 ? 'root' : facts.subuid ? 'found' : 'none: nginx and tcpdump run as root inside labs',
    'sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "$USER"',
  )
  const ebpf = packagesForEbpf(facts)
  const root = facts.uid === 0
  add(
    'ebpf',
    'comfort',
    !root || ebpf.length === 0,
    'labs with eBPF',
    !root
      ? 'not as an ordinary user: loading programs into the kernel takes root'
      : ebpf.length
        ? `missing: ${ebpf.join(', ')}`
        : 'packages found',
    installCommand(facts, ebpf),
  )
  add('memory', 'comfort', facts.memoryMB >= 1800, '2 GB of memory', `${facts.memoryMB} MB`)
  if (facts.freeDiskMB !== undefined)
    add('disk', 'start', facts.freeDiskMB >= 500, '500 MB of free disk', `${facts.freeDiskMB} MB`, 'Free some disk space.')
  add(
    'kubectl',
    'labs',
    facts.kubectl === 'v1.37.1',
    'kubectl v1.37.1 of our own',
    facts.kubectl ?? 'not fetched yet',
    'npm start (it fetches kubectl), or set PODWIRE_KUBECTL to a kubectl v1.37.1',
  )
  return findings
}

function mendUserNamespaces(facts) {
  const s = facts.sysctls
  if (s['kernel.unprivileged_userns_clone'] === '0')
    return 'echo kernel.unprivileged_userns_clone=1 | sudo tee /etc/sysctl.d/60-podwire.conf && sudo sysctl --system'
  if (s['user.max_user_namespaces'] === '0')
    return 'echo user.max_user_namespaces=15000 | sudo tee /etc/sysctl.d/60-podwire.conf && sudo sysctl --system'
  if (s['kernel.apparmor_restrict_unprivileged_userns'] === '1')
    return 'echo kernel.apparmor_restrict_unprivileged_userns=0 | sudo tee /etc/sysctl.d/60-podwire.conf && sudo sysctl --system'
  return 'Inside a container, start it with --security-opt seccomp=unconfined; elsewhere ask the administrator to allow unprivileged user namespaces.'
}

/** What works here, in one sentence. */
export function verdict(findings) {
  const bad = findings.filter((f) => !f.ok)
  if (bad.some((f) => f.level === 'start')) return { pages: false, labs: false, sentence: 'Podwire cannot start here yet.' }
  const labs = !bad.some((f) => f.level === 'labs')
  return {
    pages: true,
    labs,
    sentence: labs
      ? 'Lessons and labs work here.'
      : (bad.find((f) => f.id === 'linux' || f.id === 'user-namespaces')?.found ??
        'The lessons can be read; labs need what is listed above.'),
  }
}

const marks = { start: 'missing', labs: 'missing', kind: 'not yet', comfort: 'better ' }

/** The findings as lines for a terminal. */
export function report(findings) {
  const width = Math.max(...findings.map((f) => f.what.length))
  return findings
    .map(
      (f) =>
        `${f.ok ? 'ok     ' : marks[f.level]} ${f.what.padEnd(width)}  ${f.found}${f.mend ? `\n        ${' '.repeat(width)}  → ${f.mend}` : ''}`,
    )
    .join('\n')
}
