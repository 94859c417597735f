'use client'
// The hops of one packet, in order, place by place. Used by path-page.tsx.
import { useState } from 'react'
import type { PathHop, PathResult } from '../../labs/spec/path.ts'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { groupHops, jumpCount, passedCount, type ShownHop } from './hop-groups.ts'
import { outcomeIcon, placeText } from './verdict-text.ts'

interface TraceProps {
  result: PathResult
  /** types a hop's command into the terminal at its place; absent where there is no lab to type into */
  onType: ((place: string, command: string) => void) | undefined
}

export function Trace({ result, onType }: TraceProps) {
  const texts = useTexts()
  const [jumps, setJumps] = useState(false)
  const hidden = jumpCount(result)
  const legs = groupHops(result, { jumps: jumps || hidden === 0 })
  return (
    <section className="trace-pane" aria-labelledby="trace-title" data-pane="trace" tabIndex={-1}>
      <header>
        <h2 id="trace-title">{texts.path.trace}</h2>
        <span className="dim">{texts.path.passed(passedCount(result), result.hops.length)}</span>
        <span className="sp" />
        {hidden > 0 && (
          <fieldset className="seg" aria-label={texts.path.detail}>
            <button type="button" aria-pressed={!jumps} onClick={() => setJumps(false)}>
              {texts.path.mainHops}
            </button>
            <button type="button" aria-pressed={jumps} onClick={() => setJumps(true)}>
              {texts.path.allHops(result.hops.length)}
            </button>
          </fieldset>
        )}
      </header>
      {result.hops.length === 0 && <p className="mid nothing">{texts.path.noHops}</p>}
      {onType && result.hops.some((hop) => hop.command) && <p className="dim small clickable">{texts.path.clickable}</p>}
      {legs.map(({ leg, hops }) => (
        <section key={`${leg} ${hops[0]?.number}`} aria-label={texts.path.legs[leg]}>
          {(legs.length > 1 || leg !== 'request') && <h3>{texts.path.legs[leg]}</h3>}
          <ol className="hops" data-leg={leg}>
            {hops.map((shown) => (
              <Hop key={shown.number} shown={shown} onType={onType} />
            ))}
          </ol>
        </section>
      ))}
      {result.evidence.length > 0 && (
        <details className="evidence">
          <summary>{texts.path.evidence(result.evidence.length)}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: lines that scroll sideways must be reachable by keyboard */}
          <pre tabIndex={0}>{result.evidence.join('\n')}</pre>
        </details>
      )}
    </section>
  )
}

function Hop({ shown: { hop, number, first, dead }, onType }: { shown: ShownHop; onType: TraceProps['onType'] }) {
  const texts = useTexts()
  const { icon, tone } = outcomeIcon(hop.outcome)
  const { command } = hop
  const place = placeText(hop.place, texts)
  const title = texts.path.hopTitle(hop.title)
  const kind = [first && 'grp', dead && 'died', hop.rewritten && 'nat', hop.outcome === 'not-reached' && 'unreached', dead && tone]
  return (
    <li className={kind.filter(Boolean).join(' ')} data-hop={number} data-outcome={hop.outcome}>
      <span className="pl">{first && place}</span>
      <span className="rail" aria-hidden="true">
        <b />
      </span>
      <div className="bd">
        <p className="wh">
          <span className="hn num">{number}</span>
          {command && onType ? (
            <button type="button" className="look" title={texts.path.type(command, place)} onClick={() => onType(hop.place, command)}>
              {title}
            </button>
          ) : (
            <span>{title}</span>
          )}
          {hop.rule?.number !== undefined && <i>{texts.path.ruleOf(hop.rule.number, hop.rule.of)}</i>}
          {hop.atUs !== undefined && <span className="t num">+{hop.atUs.toLocaleString('en')} µs</span>}
        </p>
        {hop.detail && <code className="rl">{hop.detail}</code>}
        <Packet hop={hop} />
      </div>
      <span className="vd">
        <span className={`st ${tone}`}>
          <Icon name={icon} />
          {texts.path.outcomes[hop.outcome]}
        </span>
      </span>
    </li>
  )
}

/** The addresses on the packet; one that this hop rewrote is struck, with the new one beside it. */
function Packet({ hop: { packet, rewritten } }: { hop: PathHop }) {
  const texts = useTexts()
  if (!packet) return null
  return (
    <p className="pk">
      <Address before={packet.from} after={rewritten?.from} />
      <svg viewBox="0 0 18 8" aria-hidden="true">
        <path d="M0 4h16M12 1l4 3-4 3" fill="none" stroke="currentColor" />
      </svg>
      <span className="vh">{texts.path.goesTo}</span>
      <Address before={packet.to} after={rewritten?.to} />
      <span className="dim">
        {packet.protocol}
        {packet.flags && ` ${packet.flags}`}
        {packet.outer && `, ${texts.path.inside(packet.outer.from, packet.outer.to)}`}
      </span>
    </p>
  )
}

function Address({ before, after }: { before: string; after: string | undefined }) {
  const texts = useTexts()
  if (after === undefined || after === before) return <span>{before}</span>
  return (
    <>
      <del>{before}</del>
      <span className="vh">{texts.path.becomes}</span>
      <mark>{after}</mark>
    </>
  )
}
