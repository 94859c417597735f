'use client'
// The figure of the lesson node-as-router: two nodes and a third, with routes and forwarding switches the reader changes; the way there and back is computed.
import { useId, useState } from 'react'
import { useLocale } from '../texts/locale-context.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { type RouterNode, type Walk, walk } from './route-walk.ts'
import { type RouterWords, routerWords } from './route-walk-words.ts'

const addresses = { 'control-plane': '172.18.0.2', worker: '172.18.0.3', worker2: '172.18.0.4' } as const
type NodeName = keyof typeof addresses
const client = { pod: 'client', node: 'worker', ip: '10.244.1.2' }
const web = { pod: 'web', node: 'worker2', ip: '10.244.2.2' }

interface Settings {
  forwards: Record<NodeName, boolean>
  /** next hop of worker's route to 10.244.2.0/24 and of worker2's to 10.244.1.0/24; empty: no such route */
  via: { worker: string; worker2: string }
}
const healthy: Settings = {
  forwards: { 'control-plane': true, worker: true, worker2: true },
  via: { worker: addresses.worker2, worker2: addresses.worker },
}

function cluster({ forwards, via }: Settings, linkOf: RouterWords['linkOf']): RouterNode[] {
  const out = { to: 'default', via: '172.18.0.1', dev: 'eth0' }
  const node = (name: NodeName, pods: Record<string, string>, routes: [string, string][]): RouterNode => ({
    name,
    address: addresses[name],
    ipForward: forwards[name],
    pods,
    routes: [
      out,
      ...routes.filter(([, hop]) => hop).map(([to, hop]) => ({ to, via: hop, dev: 'eth0' })),
      ...Object.entries(pods).map(([pod, ip]) => ({ to: `${ip}/32`, dev: linkOf(pod) })),
    ],
  })
  return [
    node('control-plane', {}, [
      ['10.244.1.0/24', addresses.worker],
      ['10.244.2.0/24', addresses.worker2],
    ]),
    node('worker', { client: client.ip }, [
      ['10.244.0.0/24', addresses['control-plane']],
      ['10.244.2.0/24', via.worker],
    ]),
    node('worker2', { web: web.ip }, [
      ['10.244.0.0/24', addresses['control-plane']],
      ['10.244.1.0/24', via.worker2],
    ]),
  ]
}

/** Where each stop is drawn. Nodes reach each other over the line at the top. */
const spots: Record<string, { x: number; y: number }> = {
  client: { x: 150, y: 233 },
  worker: { x: 150, y: 117 },
  'control-plane': { x: 350, y: 117 },
  worker2: { x: 550, y: 117 },
  web: { x: 550, y: 233 },
  '172.18.0.1': { x: 350, y: 30 },
}
const lanY = 30

/** The wire through the stops of a walk: between nodes it runs over the switch. */
function wirePath(w: Walk): string {
  const stops = w.hops.map((h) => spots[h.at]).filter((s) => s !== undefined)
  return stops
    .map((s, i) => {
      const before = stops[i - 1]
      if (!before) return `M${s.x} ${s.y}`
      const betweenNodes = before.x !== s.x
      return betweenNodes ? `V${lanY}H${s.x}V${s.y}` : `V${s.y}`
    })
    .join('')
}

const outcome = (w: Walk, words: RouterWords) => (w.arrived ? words.arrives : words.endsAt(w.hops.at(-1)?.at ?? ''))

function HopList({ title, result, words }: { title: string; result: Walk; words: RouterWords }) {
  return (
    <section>
      <h4>
        {words.wayEnds(title)}
        <span className={result.arrived ? 'pass' : 'drop'}>{outcome(result, words)}</span>
      </h4>
      <ol className="hops">
        {result.hops.map((hop, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a walk has no identity beyond its order, and a node may occur twice
          <li key={i} className={hop.dropped ? 'ends' : undefined}>
            <code>{hop.at}</code> {hop.did}
          </li>
        ))}
      </ol>
    </section>
  )
}

export function NodeRouterFigure() {
  const [settings, setSettings] = useState(healthy)
  const [direction, setDirection] = useState<'there' | 'back'>('there')
  const name = useId()
  const words = routerWords[useLocale()]
  const nodes = cluster(settings, words.linkOf)
  const there = walk(nodes, client, web.ip, words.walk)
  const back = walk(nodes, web, client.ip, words.walk)
  const shown = direction === 'there' ? there : back
  const end = shown.hops.at(-1)
  const endSpot = end && spots[end.at]
  const path = wirePath(shown)

  const viaSelect = (node: 'worker' | 'worker2', to: string, direct: NodeName) => (
    <label className="route">
      <code>{to} via</code>
      <select value={settings.via[node]} onChange={(e) => setSettings({ ...settings, via: { ...settings.via, [node]: e.target.value } })}>
        <option value={addresses[direct]}>
          {addresses[direct]} ({direct})
        </option>
        <option value={addresses['control-plane']}>{addresses['control-plane']} (control-plane)</option>
        <option value="">{words.noSuchRoute}</option>
      </select>
    </label>
  )
  const forwardSwitch = (node: NodeName) => (
    <label className="switch">
      <input
        type="checkbox"
        checked={settings.forwards[node]}
        onChange={(e) => setSettings({ ...settings, forwards: { ...settings.forwards, [node]: e.target.checked } })}
      />
      <code>ip_forward = {settings.forwards[node] ? 1 : 0}</code>
    </label>
  )

  return (
    <figure className="figure">
      <svg className="f figw grat" viewBox="0 0 600 268" role="img" aria-label={words.both(outcome(there, words), outcome(back, words))}>
        <path className="ln" d={`M20 ${lanY}H580`} />
        <text className="u t3" x="24" y="20">
          172.18.0.0/16
        </text>
        {(Object.keys(addresses) as NodeName[]).map((node) => {
          const s = spots[node] as { x: number; y: number }
          return (
            <g key={node}>
              <path className="ln" d={`M${s.x} ${lanY}V84`} />
              <rect className="box" x={s.x - 135.5} y="84.5" width="160" height="66" />
              <text className="b" x={s.x - 125} y="103">
                {node}
              </text>
              <text className="t2" x={s.x - 125} y="121" style={{ fontSize: 11 }}>
                {addresses[node]}
              </text>
              <text className={settings.forwards[node] ? 't2' : 'b'} x={s.x - 125} y="139" style={{ fontSize: 11 }}>
                ip_forward={settings.forwards[node] ? 1 : 0}
              </text>
            </g>
          )
        })}
        {[client, web].map((p) => {
          const s = spots[p.pod] as { x: number; y: number }
          return (
            <g key={p.pod}>
              <path className="ln" d={`M${s.x} 150V212`} />
              <rect className="box" x={s.x - 135.5} y="212.5" width="160" height="42" />
              <text className="b" x={s.x - 125} y="230">
                {p.pod}
              </text>
              <text className="t2" x={s.x - 125} y="246" style={{ fontSize: 11 }}>
                {p.ip}
              </text>
            </g>
          )
        })}
        <path className="w0" d={path} />
        <path className="w1" d={path} />
        {shown.hops.map((hop) => {
          const s = spots[hop.at]
          return s && <circle key={hop.at} className="fw" cx={s.x} cy={s.y} r="4.5" />
        })}
        {end?.dropped && endSpot && <path className="tbar" d={`M${endSpot.x - 11} ${endSpot.y}h22`} />}
      </svg>
      <div className="figure-controls">
        <fieldset className="seg-set">
          <legend className="vh">{words.which}</legend>
          <span className="seg" role="radiogroup" aria-label={words.which}>
            {(['there', 'back'] as const).map((d) => (
              <label key={d}>
                <input className="vh" type="radio" name={name} checked={direction === d} onChange={() => setDirection(d)} />
                {words[d]}
              </label>
            ))}
          </span>
          <button
            type="button"
            className="btn sm"
            onClick={() => setSettings(healthy)}
            disabled={JSON.stringify(settings) === JSON.stringify(healthy)}
          >
            {words.putBack}
          </button>
        </fieldset>
        <div className="node-controls">
          <fieldset>
            <legend>worker</legend>
            {forwardSwitch('worker')}
            {viaSelect('worker', '10.244.2.0/24', 'worker2')}
          </fieldset>
          <fieldset>
            <legend>control-plane</legend>
            {forwardSwitch('control-plane')}
          </fieldset>
          <fieldset>
            <legend>worker2</legend>
            {forwardSwitch('worker2')}
            {viaSelect('worker2', '10.244.1.0/24', 'worker')}
          </fieldset>
        </div>
        <div className="hop-lists" aria-live="polite">
          <HopList title={words.there} result={there} words={words} />
          <HopList title={words.back} result={back} words={words} />
        </div>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
