// The words of the figure mesh, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { CallEnd, CallTarget, Connection, ProxyIds } from './interception.ts'

interface InterceptionWords {
  target: string
  targets: Record<CallTarget, string>
  app: string
  proxy: string
  proxies: Record<ProxyIds, string>
  excluded: string
  exclusions: Record<'yes' | 'no', string>
  rules: string
  dials: (connection: Connection) => string
  turned: (connection: Connection) => string
  again: string
  ends: Record<CallEnd, string>
  caption: string
}

const en: InterceptionWords = {
  target: 'till calls',
  targets: { prices: 'prices', bank: 'the bank', itself: 'itself' },
  app: 'The app runs as',
  proxy: 'The sidecar runs as',
  proxies: { mesh: '1337, group 1337', root: '0, group 0', group: '0, group 1337', other: '20017, group 20017' },
  excluded: 'excludeOutboundPorts',
  exclusions: { no: 'not set', yes: '80' },
  rules: 'The rules in the Pod that each connection is asked by',
  dials: ({ by, uid, gid, to }) => `# ${by === 'app' ? 'the app' : 'the sidecar'} (${uid}:${gid}) dials ${to}`,
  turned: ({ turned }) => (turned ? `# turned round to port ${turned}` : '# goes where it was meant to'),
  again: '# and so on',
  ends: {
    mutual: 'By way of the sidecar, with a certificate. prices answers.',
    passed: 'By way of the sidecar, which passes it on. The bank answers.',
    plain: 'Past the sidecar, in plaintext. prices hangs up.',
    unseen: 'Past the sidecar. The bank answers, and nobody in the mesh has seen it.',
    direct: 'Not turned round: the app answers itself.',
    inside: 'Turned round to the side that takes what arrives, and that takes TLS only. It hangs up.',
    loop: 'The sidecar dials itself, without end. The app gets a 503 from a Service, a reset from anything else.',
  },
  caption:
    'A call from till, 10.244.1.5, and the connections that come of it. The rules are those that the lab’s node writes into the Pod; bold ones match. Where the sidecar is root, they name 1337.',
}

const zh: InterceptionWords = {
  target: 'till 调用',
  targets: { prices: 'prices', bank: '银行', itself: '它自己' },
  app: '应用以谁运行',
  proxy: '边车以谁运行',
  proxies: { mesh: '1337，组 1337', root: '0，组 0', group: '0，组 1337', other: '20017，组 20017' },
  excluded: 'excludeOutboundPorts',
  exclusions: { no: '没有设', yes: '80' },
  rules: '每个连接在 Pod 里经过的规则',
  dials: ({ by, uid, gid, to }) => `# ${by === 'app' ? '应用' : '边车'}（${uid}:${gid}）拨 ${to}`,
  turned: ({ turned }) => (turned ? `# 掉头去端口 ${turned}` : '# 去它本来要去的地方'),
  again: '# 如此反复',
  ends: {
    mutual: '经过边车，带着证书。prices 应答了。',
    passed: '经过边车，原样转交。银行应答了。',
    plain: '绕过了边车，是明文。prices 挂断了。',
    unseen: '绕过了边车。银行应答了，而网格里没有谁看到。',
    direct: '没有掉头，由应用自己应答。',
    inside: '掉头去了接收入站连接的那一侧，而那里只接受 TLS。它挂断了。',
    loop: '边车在拨它自己，没有尽头。应用调用 Service 拿到的是 503，调用别的则被重置。',
  },
  caption:
    '从 till（10.244.1.5）发出的一次调用，以及由它产生的连接。规则就是实验里的节点写进 Pod 的那些，匹配的是粗体。边车是 root 的时候，规则里写的是 1337。',
}

export const interceptionWords: Record<Locale, InterceptionWords> = { en, 'zh-CN': zh }
