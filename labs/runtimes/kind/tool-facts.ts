// Gathers what tool-findings.ts judges: container engines, kind programs, the node image, limits. Plain data, so that other machines can be recorded. Used by tools.ts and `podwire doctor`.
import { existsSync, readFileSync } from 'node:fs'
import { hostname, release } from 'node:os'
import { LabError } from '../../spec/errors.ts'
import { type CommandFailure, runCommand } from '../../system/command.ts'
import { findProgram, isProgram } from '../../system/programs.ts'
import { cachedKind, rememberedImageFile } from './kind-release.ts'

export type EngineName = 'docker' | 'podman'

export interface EngineFacts {
  /** what answers: `docker` may be podman in disguise */
  name: EngineName
  program: string
  /** why it does not answer; what follows is absent then */
  failure?: string
  version?: string
  /** the machine the containers run on, in the engine's own words */
  hostname?: string
  kernel?: string
  os?: string
  rootless?: boolean
  /** whether a rootless engine may limit cpu, memory and processes, which kind wants */
  delegated?: boolean
}

export interface KindCandidate {
  from: 'PODWIRE_KIND' | 'cache' | 'PATH'
  program: string
  /** absent when it does not run */
  version?: string
}

export interface ToolFacts {
  platform: string
  uid: number
  hostname: string
  kernel: string
  systemd: boolean
  apt: boolean
  engines: EngineFacts[]
  /** KIND_EXPERIMENTAL_PROVIDER */
  provider?: string
  /** DOCKER_HOST */
  dockerHost?: string
  /** in the order in which they are preferred */
  kinds: KindCandidate[]
  /** absent: kind's own default. `engines` are those that have it */
  image?: { from: 'PODWIRE_KIND_IMAGE' | 'loaded'; name: string; engines: EngineName[] }
  inotifyInstances?: number
}

export interface ToolPlaces {
  env: Record<string, string | undefined>
  /** the project's cache folder */
  cache: string
  /** folders of programs, written as PATH is */
  path: string
}

/** A daemon that hangs must not hold up a start for ever. */
const answerMs = 10_000

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined // an optional file
  }
}

export async function gatherToolFacts({ env, cache, path }: ToolPlaces): Promise<ToolFacts> {
  const [engines, kinds] = await Promise.all([gatherEngines(env, path), gatherKinds(env, cache, path)])
  const instances = readText('/proc/sys/fs/inotify/max_user_instances')
  const image = await gatherImage(env, cache, engines)
  return {
    platform: process.platform,
    uid: process.getuid?.() ?? -1,
    hostname: hostname(),
    kernel: release(),
    systemd: existsSync('/run/systemd/system'),
    apt: findProgram('apt-get', path) !== undefined,
    engines,
    ...(env.KIND_EXPERIMENTAL_PROVIDER ? { provider: env.KIND_EXPERIMENTAL_PROVIDER } : {}),
    ...(env.DOCKER_HOST ? { dockerHost: env.DOCKER_HOST } : {}),
    kinds,
    ...(image ? { image } : {}),
    ...(instances ? { inotifyInstances: Number(instances) } : {}),
  }
}

async function gatherEngines(env: ToolPlaces['env'], path: string): Promise<EngineFacts[]> {
  const found = await Promise.all(
    (['docker', 'podman'] as const).map(async (name) => {
      const program = findProgram(name, path)
      return program ? [await askEngine(name, program, env)] : []
    }),
  )
  return found.flat()
}

async function askEngine(name: EngineName, program: string, env: ToolPlaces['env']): Promise<EngineFacts> {
  try {
    const { stdout } = await runCommand([program, 'info', '--format', '{{json .}}'], { env, timeoutMs: answerMs })
    return readEngineInfo(name, program, stdout)
  } catch (error) {
    return { name, program, failure: failureOf(error) }
  }
}

function failureOf(error: unknown): string {
  if (!(error instanceof LabError)) throw error
  const stderr = (error.cause as CommandFailure | undefined)?.stderr?.trim()
  const last = (stderr || error.message).split('\n').at(-1) ?? ''
  // it becomes a part of a sentence
  return last.replace(/ Is the docker daemon running\?$/, '').replace(/\.$/, '')
}

/** Pure: what `docker info` and `podman info` say, of which only some fields matter. */
export function readEngineInfo(name: EngineName, program: string, json: string): EngineFacts {
  const info = JSON.parse(json)
  if (info.host) {
    const { host, version } = info
    const controllers: string[] = host.cgroupControllers ?? []
    return {
      name: 'podman',
      program,
      version: String(version?.Version ?? ''),
      hostname: host.hostname,
      kernel: host.kernel,
      os: host.distribution?.distribution,
      rootless: host.security?.rootless === true,
      delegated: ['cpu', 'memory', 'pids'].every((each) => controllers.includes(each)),
    }
  }
  if (info.ServerErrors?.length) return { name, program, failure: String(info.ServerErrors[0]) }
  return {
    name,
    program,
    version: info.ServerVersion,
    hostname: info.Name,
    kernel: info.KernelVersion,
    os: info.OperatingSystem,
    rootless: (info.SecurityOptions ?? []).some((each: string) => each.startsWith('name=rootless')),
    delegated: info.CgroupVersion === '2' && info.MemoryLimit === true && info.PidsLimit === true && info.CPUShares === true,
  }
}

async function gatherKinds(env: ToolPlaces['env'], cache: string, path: string): Promise<KindCandidate[]> {
  const inPath = findProgram('kind', path)
  const candidates: KindCandidate[] = [
    ...(env.PODWIRE_KIND ? [{ from: 'PODWIRE_KIND' as const, program: env.PODWIRE_KIND }] : []),
    ...(isProgram(cachedKind(cache)) ? [{ from: 'cache' as const, program: cachedKind(cache) }] : []),
    ...(inPath ? [{ from: 'PATH' as const, program: inPath }] : []),
  ]
  return Promise.all(
    candidates.map(async (candidate) => {
      const version = await kindVersionOf(candidate.program)
      return version ? { ...candidate, version } : candidate
    }),
  )
}

/** `0.33.0`, or undefined for a program that is not kind or does not run. */
export async function kindVersionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await runCommand([program, '--version'], { timeoutMs: answerMs })
    return /^kind version v?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1]
  } catch (error) {
    if (error instanceof LabError) return undefined
    throw error
  }
}

async function gatherImage(env: ToolPlaces['env'], cache: string, engines: EngineFacts[]): Promise<ToolFacts['image']> {
  const remembered = readText(rememberedImageFile(cache))
  const name = env.PODWIRE_KIND_IMAGE || remembered
  if (!name) return undefined
  const having = await Promise.all(
    engines
      .filter(({ failure }) => failure === undefined)
      .map(async (engine) => ((await hasImage(engine.program, name, env)) ? [engine.name] : [])),
  )
  return { from: env.PODWIRE_KIND_IMAGE ? 'PODWIRE_KIND_IMAGE' : 'loaded', name, engines: having.flat() }
}

async function hasImage(program: string, name: string, env: ToolPlaces['env']): Promise<boolean> {
  try {
    await runCommand([program, 'image', 'inspect', '--format', '{{.Id}}', name], { env, timeoutMs: answerMs })
    return true
  } catch (error) {
    if (error instanceof LabError) return false
    throw error
  }
}
