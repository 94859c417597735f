// The network, files and services of a kind node as it was created, and the way back to them. Used by restore.ts.
// The network is read and written with this machine's tools in the node's network: a learner who replaces a program there changes nothing here.
import { LabError } from '../../spec/errors.ts'
import type { SandboxInit } from '../../system/sandbox-init.ts'
import type { NodeName } from './names.ts'

const readMs = 20_000

/** One line a fact. Links of Pods come and go with them; so do routes and neighbours on them. */
const readNetwork = `
set -u
ip -o link show | sed -nE 's/^[0-9]+: ([^:@]+)[:@].* mtu ([0-9]+) .*link\\/(ether ([0-9a-f:]+))?.*/link \\1 \\2 \\4/p' | grep -v '^link veth'
ip -o addr show | awk '$2 !~ /^veth/ && $4 !~ /^fe80/ {print "addr", $2, $4}'
ip -4 route show table all | grep -vE 'table local|proto kernel| dev veth| scope host$' | sed 's/^/route /'
ip -4 rule show | sed 's/^/rule /'
for t in iptables ip6tables; do for v in nft legacy; do
  command -v $t-$v-save >/dev/null || continue
  $t-$v-save 2>/dev/null | grep '^\\*' | sed "s/^\\*/xtable $t-$v /"
done; done
nft list tables 2>/dev/null | sed 's/^table /nft /'
ipset list -n 2>/dev/null | sed 's/^/ipset /'
sysctl -a --pattern '^net\\.' 2>/dev/null | grep -vE '\\.veth|nf_conntrack_count|stat_refresh|flush|random|\\.(mc_forwarding|inode)' | sed 's/^/sysctl /'
`

/** stdin: the baseline's lines. What is not among them is undone; what is missing is done. */
const writeNetwork = `
set -u
declare -A base now mtu mac sysctl pref
mapfile -t before
mapfile -t after < <(
${readNetwork}
)
for line in "\${before[@]}"; do
  base[$line]=1
  set -- $line
  case $1 in link) mtu[$2]=$3 mac[$2]=\${4-} ;; sysctl) sysctl[$2]=\${line#*= } ;; rule) pref[$2]=1 ;; esac
done
for line in "\${after[@]}"; do
  now[$line]=1
  [ -n "\${base[$line]-}" ] && continue
  set -- $line
  case $1 in
    link) [ -n "\${mtu[$2]-}" ] || ip link del "$2" ;;
    addr) ip addr del "$3" dev "$2" ;;
    route) ip -4 route del \${line#route } ;;
    rule) ip -4 rule del pref "\${2%:}" ;;
    nft) nft delete table \${line#nft } ;;
    ipset) ipset destroy "$2" ;;
    sysctl) [ -n "\${sysctl[$2]-}" ] && sysctl -qw "$2=\${sysctl[$2]}" ;;
  esac
done 2>/dev/null
for link in "\${!mtu[@]}"; do
  ip link set "$link" mtu "\${mtu[$link]}" up
  [ -z "\${mac[$link]}" ] || ip link set "$link" address "\${mac[$link]}"
done 2>/dev/null
# twice: a gateway's route may have to be there first; an interface that was down has lost all of them
for round in 1 2; do
  for line in "\${before[@]}"; do
    set -- $line
    case $1 in
      addr) ip addr replace "$3" dev "$2" ;;
      route) ip -4 route replace \${line#route } ;;
      rule) [ -n "\${now[$line]-}" ] || { ip -4 rule add pref "\${2%:}" \${line#rule * }; now[$line]=1; } ;;
    esac
  done
done 2>/dev/null
for dev in eth0 lo; do
  tc qdisc del dev $dev root; tc qdisc del dev $dev clsact; ip link set dev $dev xdp off
done 2>/dev/null
# entries that never age are passed over unless they are asked for
ip neigh flush all 2>/dev/null; ip neigh flush all nud permanent 2>/dev/null
conntrack -F 2>/dev/null
true
`

/** Files that kubeadm and the lab wrote, in one archive; /var is a volume of the engine's. */
const archived = ['etc', 'root', 'var/lib/kubelet/config.yaml', 'var/lib/kubelet/kubeadm-flags.env']
const readFiles = `cd / && tar -c --ignore-failed-read ${archived.join(' ')} 2>/dev/null | gzip -1`
const listLater = `cd / && find etc root -xdev \\( -type f -o -type l \\) | sort`

export interface NodeBaseline {
  /** Throws LabError cluster-failed when the node's own services do not run again. */
  restore(signal?: AbortSignal): Promise<void>
}

export async function recordNode(init: () => SandboxInit, node: NodeName): Promise<NodeBaseline> {
  const run = async (view: 'inside' | 'platform', script: string, stdin?: string | Buffer) => {
    const { code, stdout, stderr } = await init().run({
      namespace: node,
      view,
      argv: [view === 'inside' ? '/bin/sh' : 'bash', '-c', script],
      timeoutMs: readMs,
      ...(stdin === undefined ? {} : { stdin }),
    })
    if (code !== 0) throw new LabError('cluster-failed', `${node} could not be read or restored: ${stderr.toString().trim().slice(-400)}`)
    return stdout
  }
  const readTables =
    'for t in iptables ip6tables; do for v in nft legacy; do command -v $t-$v-save >/dev/null && { echo "#$t-$v"; $t-$v-save 2>/dev/null; }; done; done; true'
  const [network, tables, files, names] = await Promise.all([
    run('platform', readNetwork),
    run('platform', readTables),
    run('inside', readFiles),
    run('inside', listLater),
  ])
  const sections = tables
    .toString()
    .split(/^#(?=ip6?tables-(?:nft|legacy)$)/m)
    .filter(Boolean)
    .map((section) => ({ program: section.slice(0, section.indexOf('\n')), rules: section.slice(section.indexOf('\n') + 1) }))

  /** Empties tables that were not there, and gives the others their rules back. */
  async function restoreTables(): Promise<void> {
    for (const { program, rules } of sections) {
      const empty = `for x in raw mangle nat filter security; do ${program} -w 5 -t $x -F; ${program} -w 5 -t $x -X; ${program} -w 5 -t $x -Z; done 2>/dev/null`
      // policies of built-in chains are part of the rules; a table without rules has none to give back
      const accept = `for c in INPUT FORWARD OUTPUT; do ${program} -w 5 -P $c ACCEPT; done 2>/dev/null`
      const used = rules.includes('*') || (await run('platform', `${program}-save 2>/dev/null | head -1`)).length > 0
      if (used) await run('platform', `${empty}; ${accept}; ${program}-restore -w 5 2>&1 || true`, rules)
    }
  }

  async function restoreFiles(): Promise<void> {
    const before = new Set(names.toString().split('\n'))
    const later = (await run('inside', listLater))
      .toString()
      .split('\n')
      .filter((name) => name && !before.has(name))
    if (later.length) await run('inside', 'cd / && xargs -0 rm -f', later.join('\0'))
    // engines mount three of them one by one; those are written, not replaced
    await run(
      'inside',
      `cd / && gzip -dc | tar -x --overwrite --exclude=etc/hosts --exclude=etc/hostname --exclude=etc/resolv.conf 2>&1 || true`,
      files,
    )
    for (const name of ['hosts', 'hostname', 'resolv.conf'])
      await run(
        'inside',
        `cd /tmp && gzip -dc | tar -xO etc/${name} >/tmp/.podwire-file && { cmp -s /tmp/.podwire-file /etc/${name} || cat /tmp/.podwire-file >/etc/${name}; }; rm -f /tmp/.podwire-file`,
        files,
      )
  }

  return {
    async restore(signal) {
      signal?.throwIfAborted()
      await restoreFiles()
      await run('platform', writeNetwork, network)
      await restoreTables()
      await run(
        'inside',
        'systemctl is-active -q containerd kubelet || systemctl restart containerd kubelet; systemctl is-active containerd kubelet',
      )
    },
  }
}
