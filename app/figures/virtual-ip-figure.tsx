'use client'
// The figure of the lesson virtual-ip: a packet for an address without an owner, and every rule that is asked about it.
import { useLocale } from '../texts/locale-context.tsx'
import { Choice } from './choice.tsx'
import { FigureCaption } from './figure-caption.tsx'
import { useSettings } from './use-settings.ts'
import { type Ask, asks, type Source, shortRule, sources, type VipSettings, walkToService } from './virtual-ip.ts'
import { vipWords } from './virtual-ip-words.ts'

const start: VipSettings = { source: 'client', ask: 'http', replicas: 2, dice: 0 }

export function VirtualIpFigure() {
  const words = vipWords[useLocale()]
  const [settings, change] = useSettings(start)
  const walk = walkToService(settings)
  return (
    <figure className="figure">
      <div className="figure-controls">
        <div className="choices">
          <Choice
            legend={words.source}
            value={settings.source}
            onChange={(source) => change({ source })}
            options={(Object.keys(sources) as Source[]).map((value) => ({ value, text: words.sources[value] }))}
          />
          <Choice
            legend={words.ask}
            value={settings.ask}
            onChange={(ask) => change({ ask })}
            options={(Object.keys(asks) as Ask[]).map((value) => ({ value, text: words.asks[value] }))}
          />
          <Choice
            legend={words.replicas}
            value={String(settings.replicas)}
            onChange={(n) => change({ replicas: Number(n), dice: 0 })}
            options={['0', '1', '2', '3'].map((value) => ({ value, text: value }))}
          />
          <button
            type="button"
            className="btn sm"
            disabled={settings.replicas < 2}
            // another Pod than now: the reader wants to see the walk change
            onClick={() => change({ dice: (settings.dice + 1) % settings.replicas })}
          >
            {words.again}
          </button>
        </div>
        <p className="label">{words.rules}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls sideways must be reachable by keyboard */}
        <section className="rules" tabIndex={0} aria-label={words.rules}>
          {walk.steps.map((step, i) => {
            const text = `${shortRule(step.rule)}\n`
            // biome-ignore lint/suspicious/noArrayIndexKey: a walk has no identity beyond its order
            return step.taken ? <b key={i}>{text}</b> : <span key={i}>{text}</span>
          })}
        </section>
        <p aria-live="polite">
          <span className={walk.end === 'sent' ? 'pass' : 'drop'}>{words.ends(walk)}</span>
        </p>
      </div>
      <FigureCaption>{words.caption}</FigureCaption>
    </figure>
  )
}
