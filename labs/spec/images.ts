// Which local program stands for which container image on the embedded runtime, and the image that runs it on kind. Data, and what reads it.

export interface ImageProgram {
  /** full repository names that mean this image */
  repositories: readonly string[]
  /** the reference that runs the same manifest on kind */
  kind: string
  /** the image's ENTRYPOINT and CMD, as Kubernetes' command and args replace them */
  entrypoint: readonly string[]
  cmd: readonly string[]
  workingDir?: string
  env?: Readonly<Record<string, string>>
  /** what `describe node` tells of it, in bytes */
  sizeBytes: number
  /** CoreDNS: the program has only the sockets, over stdin and stdout the control plane does the rest, by the image's own arguments */
  relay?: true
  /** the control plane is the image's controller, by the image's own arguments; what runs here is what the controller starts */
  controller?: 'ingress-nginx'
  /** what this machine must have for it: a file, and the Debian package with it */
  needs?: { file: string; package: string }
}

const workload = '/opt/podwire/bin/podwire-workload'

export const imagePrograms: readonly ImageProgram[] = [
  {
    repositories: ['registry.k8s.io/e2e-test-images/agnhost', 'k8s.gcr.io/e2e-test-images/agnhost'],
    kind: 'registry.k8s.io/e2e-test-images/agnhost:2.47',
    entrypoint: ['/agnhost'],
    cmd: ['pause'],
    sizeBytes: 139_374_622,
  },
  {
    repositories: ['docker.io/library/nginx', 'registry.k8s.io/e2e-test-images/nginx'],
    kind: 'docker.io/library/nginx:1.27',
    entrypoint: [workload, 'nginx'],
    cmd: [],
    sizeBytes: 72_404_038,
  },
  {
    repositories: ['docker.io/library/busybox', 'registry.k8s.io/e2e-test-images/busybox'],
    kind: 'docker.io/library/busybox:1.37',
    entrypoint: [],
    cmd: ['sh'],
    sizeBytes: 2_156_518,
  },
  {
    repositories: ['docker.io/nicolaka/netshoot'],
    kind: 'docker.io/nicolaka/netshoot:v0.13',
    entrypoint: [],
    cmd: ['bash'],
    workingDir: '/root',
    sizeBytes: 208_110_121,
  },
  {
    repositories: ['registry.k8s.io/coredns/coredns', 'docker.io/coredns/coredns'],
    kind: 'registry.k8s.io/coredns/coredns:v1.14.6',
    entrypoint: [workload, 'dns-relay'],
    cmd: [],
    sizeBytes: 23_553_139,
    relay: true,
  },
  {
    repositories: ['docker.io/envoyproxy/envoy'],
    kind: 'docker.io/envoyproxy/envoy:v1.40.0',
    entrypoint: ['/opt/podwire/bin/envoy'],
    cmd: ['-c', '/etc/envoy/envoy.yaml'],
    sizeBytes: 62_000_000,
  },
  {
    repositories: ['docker.io/istio/proxyv2'],
    kind: 'docker.io/istio/proxyv2:1.28.0',
    // Istio's agent starts Envoy; here Envoy has its files, and needs none
    entrypoint: ['/opt/podwire/bin/envoy'],
    cmd: [],
    sizeBytes: 110_000_000,
  },
  {
    repositories: ['registry.k8s.io/ingress-nginx/controller'],
    kind: 'registry.k8s.io/ingress-nginx/controller:v1.13.3',
    // nginx once the controller has written its configuration and says so; a SIGHUP before that is none
    entrypoint: ['bash', '-c', "trap '' HUP; mkdir -p /tmp/nginx && read -r && exec nginx -e stderr -c /etc/nginx/nginx.conf"],
    cmd: [],
    sizeBytes: 105_498_217,
    controller: 'ingress-nginx',
    needs: { file: '/usr/sbin/nginx', package: 'nginx' },
  },
  {
    repositories: ['registry.k8s.io/pause'],
    kind: 'registry.k8s.io/pause:3.10',
    entrypoint: ['sleep', 'infinity'],
    cmd: [],
    sizeBytes: 319_829,
  },
]

export interface ImageReference {
  /** with registry and tag, as containerd writes it */
  full: string
  repository: string
  tag: string
}

/** Adds what docker leaves out: nginx is docker.io/library/nginx:latest. undefined when it is no reference at all. */
export function parseImage(reference: string): ImageReference | undefined {
  const match = /^((?:[a-z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?::([\w][\w.-]{0,127}))?(?:@sha256:[0-9a-f]{64})?$/.exec(
    reference,
  )
  if (!match) return undefined
  const name = match[1] as string
  const tag = match[2] ?? 'latest'
  const first = name.split('/')[0] as string
  const hasRegistry = name.includes('/') && (/[.:]/.test(first) || first === 'localhost')
  const repository = hasRegistry ? name : `docker.io/${name.includes('/') ? name : `library/${name}`}`
  return { full: `${repository}:${tag}`, repository, tag }
}

/** A tag that a registry plausibly has: latest, stable, alpine, 1.27, v1.2.3-glibc. A typo such as `lates` is none. */
const plausibleTag =
  /^(?:latest|stable|mainline|edge|musl|glibc|uclibc|alpine[\d.]*|v?\d+(?:\.\d+)*(?:-[a-z0-9.-]+)?|stable-(?:alpine|perl|musl|glibc))$/

/** The program behind an image reference; undefined when a pull would fail. */
export function findImage(reference: string): { program: ImageProgram; image: ImageReference } | undefined {
  const image = parseImage(reference)
  if (!image || !plausibleTag.test(image.tag)) return undefined
  const program = imagePrograms.find(({ repositories }) => repositories.includes(image.repository))
  return program && { program, image }
}

/** containerd's words for a pull that failed; when the lab simply lacks the image they say what it has. */
export function pullFailure(reference: string): string {
  const image = parseImage(reference)
  if (!image) return `Failed to apply default image tag "${reference}": couldn't parse image name "${reference}": invalid reference format`
  const known = imagePrograms.some(({ repositories }) => repositories.includes(image.repository))
  const lacking = known
    ? ''
    : ' (images in this lab: agnhost, nginx, busybox, nicolaka/netshoot, coredns, ingress-nginx/controller, envoyproxy/envoy)'
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image.full}": failed to resolve reference "${image.full}": ${image.full}: not found${lacking}`
}
