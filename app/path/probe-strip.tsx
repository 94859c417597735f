'use client'
// The last twenty probes, one pin each: how long, and whether an answer came. Used by verdict-head.tsx.
import { Icon } from '../shell/sprite.tsx'
import { formatSecond } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import { type Probe, shortMs, shownProbes, stripScale } from './probe-strip-scale.ts'

const bottom = 108
const height = 95
/** Where the n-th of twenty slots begins; in percent, so that the words keep their size on a phone. */
const across = (n: number): string => `${(100 * n) / shownProbes}%`

export function ProbeStrip({ probes }: { probes: readonly Probe[] }) {
  const texts = useTexts()
  const locale = useLocale()
  const first = probes[0]
  const last = probes.at(-1)
  if (!first || !last) return null
  const scale = stripScale(probes)
  const y = (ms: number) => bottom - height * scale.share(ms)
  const times = probes.filter((probe) => probe.answered).map((probe) => probe.ms)
  const within = times.length > 0 ? texts.path.range(shortMs(Math.min(...times)), shortMs(Math.max(...times))) : undefined
  return (
    <div className="strip">
      <p className="sh">
        <span className="label">{texts.path.strip(probes.length)}</span>
        <span className="st pass">
          <Icon name="pass" />
          {texts.path.answered(times.length)}
        </span>
        <span className="st drop">
          <Icon name="drop" />
          {texts.path.unanswered(probes.length - times.length)}
        </span>
      </p>
      <div
        className="plots"
        role="img"
        aria-label={texts.path.stripLabel({ n: probes.length, answered: times.length, ...(within ? { within } : {}) })}
      >
        <svg className="f" width="50" height="128" aria-hidden="true">
          {scale.ticks.map((ms) => (
            <text key={ms} className="t3" x="44" y={y(ms) + 4} textAnchor="end">
              {shortMs(ms)}
            </text>
          ))}
        </svg>
        <svg className="f plot" width="100%" height="128" aria-hidden="true">
          <rect className="ground" x="0" y="6" width="100%" height={bottom - 6} />
          {scale.ticks.map((ms) => (
            <line key={ms} className="hair" x1="0" x2="100%" y1={y(ms)} y2={y(ms)} />
          ))}
          <line className="ln" x1="0" x2="100%" y1={bottom} y2={bottom} />
          {Array.from({ length: shownProbes + 1 }, (_, n) => n).map((n) => (
            <line key={n} className="ln" x1={across(n)} x2={across(n)} y1={bottom} y2={bottom + (n % 5 === 0 ? 6 : 3)} />
          ))}
          {probes.map((probe, index) => (
            <Pin key={probe.number} x={across(index + 0.5)} y={y(probe.ms)} answered={probe.answered} />
          ))}
          <text className="t3" x="0" y="126">
            {formatSecond(first.at, locale)}
          </text>
          <text className="t3" x="100%" y="126" textAnchor="end">
            {texts.path.stripEnd(last.number)}
          </text>
        </svg>
      </div>
    </div>
  )
}

/** An answer ends in a point, silence under a bar. */
function Pin({ x, y, answered }: { x: string; y: number; answered: boolean }) {
  if (answered)
    return (
      <g data-pin="answered">
        <line className="ok" x1={x} x2={x} y1={bottom} y2={y} />
        <circle className="fp" cx={x} cy={y} r="3.4" />
      </g>
    )
  return (
    <g data-pin="unanswered">
      <line className="dead" x1={x} x2={x} y1={bottom} y2={Math.min(bottom, y + 5)} />
      <svg x={x} y={y} overflow="visible" aria-hidden="true">
        <line className="tbar" x1="-6" x2="6" y1="0" y2="0" />
      </svg>
    </g>
  )
}
