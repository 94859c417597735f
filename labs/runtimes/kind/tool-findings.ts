// Judges gathered facts: which engine, kind and image labs would use here, or what is missing and the command that mends it. Pure; used by tools.ts and `podwire doctor`.
import { kindVersion } from './kind-release.ts'
import type { EngineFacts, KindCandidate, ToolFacts } from './tool-facts.ts'

export interface ToolFinding {
  id: 'kind-platform' | 'kind-engine' | 'kind-program' | 'kind-image' | 'kind-inotify'
  ok: boolean
  /** labs on kind cannot start without it; others only warn */
  required: boolean
  what: string
  found: string
  mend?: string
}

export interface ToolJudgement {
  findings: ToolFinding[]
  engine?: EngineFacts
  kind?: KindCandidate
}

interface Verdict<T> {
  chosen?: T
  found: string
  mend?: string
}

/** kind's nodes run systemd, kubelet and containerd, each with watchers; below this the third node fails with "too many open files". */
const wantedInotifyInstances = 512

export function judgeTools(facts: ToolFacts): ToolJudgement {
  if (facts.platform !== 'linux') {
    const finding: ToolFinding = {
      id: 'kind-platform',
      ok: false,
      required: true,
      what: 'labs on kind: Linux',
      found: `this is ${facts.platform}, and their tools, programs for Linux, are mounted into the nodes`,
      mend:
        facts.platform === 'win32'
          ? 'Use WSL 2 (Ubuntu) with Docker Engine in it.'
          : 'Use a Linux virtual machine with Docker Engine in it.',
    }
    return { findings: [finding] }
  }
  const engine = judgeEngines(facts)
  const kind = judgeKinds(facts)
  const finding = (
    id: ToolFinding['id'],
    what: string,
    required: boolean,
    { ok, found, mend }: { ok: boolean; found: string; mend?: string },
  ) => ({
    id,
    ok,
    required,
    what: `labs on kind: ${what}`,
    found,
    ...(ok || !mend ? {} : { mend }),
  })
  const findings = [
    finding('kind-engine', 'container engine', true, { ok: engine.chosen !== undefined, ...engine }),
    finding('kind-program', 'kind', true, { ok: kind.chosen !== undefined, ...kind }),
    finding('kind-image', 'node image', true, judgeImage(facts, engine.chosen)),
    finding('kind-inotify', 'inotify instances', false, judgeInotify(facts)),
  ]
  return { findings, ...(engine.chosen ? { engine: engine.chosen } : {}), ...(kind.chosen ? { kind: kind.chosen } : {}) }
}

const sudo = ({ uid }: ToolFacts) => (uid === 0 ? '' : 'sudo ')
const installDocker = (facts: ToolFacts) =>
  facts.apt ? `${sudo(facts)}apt-get install -y docker.io` : 'Install Docker Engine: https://docs.docker.com/engine/install/'

function judgeEngines(facts: ToolFacts): Verdict<EngineFacts> {
  const { provider, engines } = facts
  if (provider !== undefined && provider !== 'docker' && provider !== 'podman')
    return {
      found: `KIND_EXPERIMENTAL_PROVIDER=${provider}: labs know docker and podman`,
      mend: 'Unset KIND_EXPERIMENTAL_PROVIDER, or set it to docker or podman.',
    }
  const wanted = engines.filter(({ name }) => provider === undefined || name === provider)
  const judged = wanted.map((engine) => ({ engine, problem: problemOf(engine, facts) }))
  const usable = judged.find(({ problem }) => problem === undefined)?.engine
  if (usable) return { chosen: usable, found: `${usable.name} ${usable.version ?? ''}${usable.rootless ? ', rootless' : ''}`.trim() }
  const problem = judged[0]?.problem
  if (problem) return problem
  return {
    found: provider ? `KIND_EXPERIMENTAL_PROVIDER=${provider}, but ${provider} is not installed` : 'neither docker nor podman is installed',
    mend: provider === 'podman' && facts.apt ? `${sudo(facts)}apt-get install -y podman` : installDocker(facts),
  }
}

/** Why labs cannot use the engine; undefined when they can. */
function problemOf(engine: EngineFacts, facts: ToolFacts): { found: string; mend: string } | undefined {
  const { name, failure } = engine
  if (failure !== undefined) {
    if (/permission denied/i.test(failure) && name === 'docker')
      return {
        found: 'docker is installed, but you may not use its socket: you are not in the group docker',
        mend: 'sudo usermod -aG docker "$USER", then log out and in again',
      }
    const start = facts.systemd ? `${sudo(facts)}systemctl start docker` : `${sudo(facts)}service docker start`
    return {
      found: `${name} is installed, but does not answer: ${failure}`,
      mend:
        name === 'podman'
          ? 'podman info shows the reason'
          : facts.dockerHost
            ? `Unset DOCKER_HOST (it is ${facts.dockerHost}), or start what it names.`
            : start,
    }
  }
  const isDesktop = engine.os === 'Docker Desktop'
  const isElsewhere = engine.hostname !== facts.hostname || engine.kernel !== facts.kernel
  if (isDesktop || isElsewhere) {
    const where = isDesktop
      ? 'Docker Desktop runs containers in a virtual machine'
      : `${name} runs containers on another machine (${engine.hostname})`
    return {
      found: `${where}; labs on kind need an engine on this same machine, because their tools are mounted into the nodes`,
      mend: facts.dockerHost
        ? `Unset DOCKER_HOST (it is ${facts.dockerHost}) and use a docker of this machine; where there is none: ${installDocker(facts)}`
        : `${installDocker(facts)}, then docker context use default`,
    }
  }
  if (engine.rootless && !engine.delegated)
    return {
      found: `${name} runs rootless and may not limit cpu, memory and processes, which kind wants`,
      mend: 'https://kind.sigs.k8s.io/docs/user/rootless/ tells how to delegate them (cgroup v2, Delegate=yes), or use docker as root.',
    }
  return undefined
}

/** Major and minor as one number; a patch changes nothing that matters here. */
const rank = (version: string): number => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major * 10_000 + minor
}

function judgeKinds({ kinds }: ToolFacts): Verdict<KindCandidate> {
  const mend = 'npx podwire kind install'
  const named = kinds.find(({ from }) => from === 'PODWIRE_KIND')
  // what was asked for by name is taken or refused, never passed over
  const candidates = named ? [named] : kinds
  const chosen = candidates.find(({ version }) => version !== undefined && rank(version) >= rank(kindVersion))
  if (chosen?.version) {
    const newer = rank(chosen.version) > rank(kindVersion) ? `; newer than ${kindVersion}, which labs are tried with` : ''
    return { chosen, found: `kind ${chosen.version}, ${chosen.program}${newer}` }
  }
  const [first] = candidates
  if (!first) return { found: 'kind is not installed', mend }
  const name = first.from === 'PODWIRE_KIND' ? `PODWIRE_KIND=${first.program}` : first.program
  const instead = first.from === 'PODWIRE_KIND' ? `Unset PODWIRE_KIND and run: ${mend}` : mend
  return first.version
    ? { found: `${name} is kind ${first.version}; labs need ${kindVersion} or later`, mend: instead }
    : { found: `${name} is not a kind that runs here`, mend: instead }
}

function judgeImage({ image }: ToolFacts, engine: EngineFacts | undefined): { ok: boolean; found: string; mend?: string } {
  if (!image) return { ok: true, found: "kind's own, fetched with the first lab (without a network: npx podwire kind load <archive>)" }
  const isThere = engine !== undefined && image.engines.includes(engine.name)
  if (isThere || !engine) return { ok: true, found: image.name }
  if (image.from === 'PODWIRE_KIND_IMAGE') return { ok: true, found: `${image.name} (PODWIRE_KIND_IMAGE), fetched with the first lab` }
  return {
    ok: false,
    found: `${image.name}, which was loaded once, is gone from ${engine.name}`,
    mend: 'npx podwire kind load <archive>, or npx podwire kind load --forget for the image that kind fetches',
  }
}

function judgeInotify(facts: ToolFacts): { ok: boolean; found: string; mend: string } {
  const { inotifyInstances: n } = facts
  const settings = ['fs.inotify.max_user_instances=1024', 'fs.inotify.max_user_watches=524288']
  return {
    ok: n === undefined || n >= wantedInotifyInstances,
    found:
      n === undefined
        ? 'the kernel does not tell'
        : n >= wantedInotifyInstances
          ? String(n)
          : `fs.inotify.max_user_instances is ${n}: nodes fail with "too many open files"`,
    mend:
      facts.uid === 0
        ? `sysctl -w ${settings.join(' ')}`
        : `printf '${settings.join('\\n')}\\n' | sudo tee /etc/sysctl.d/60-podwire-kind.conf && sudo sysctl --system`,
  }
}
