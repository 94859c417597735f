'use client'
// How the last probe ended: its command line, the verdict, the strip. Used by path-page.tsx.
import type { PathResult } from '../../labs/spec/path.ts'
import { Inline } from '../shell/prose.tsx'
import { Icon } from '../shell/sprite.tsx'
import { formatSecond } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import { commandLine } from './probe-command.ts'
import { ProbeStrip } from './probe-strip.tsx'
import { type Probe, shortMs } from './probe-strip-scale.ts'
import { verdictHeading, verdictIcon } from './verdict-text.ts'

export function VerdictHead({ result, probes }: { result: PathResult; probes: readonly Probe[] }) {
  const texts = useTexts()
  const locale = useLocale()
  const { icon, tone } = verdictIcon(result.verdict.state)
  const facts = [
    texts.path.probeAt(probes.at(-1)?.number ?? 1, formatSecond(result.at, locale)),
    result.resolved && texts.path.resolved(result.resolved.name, result.resolved.address),
    result.service && texts.path.service(result.service),
    texts.path.ends[result.outcome](shortMs(result.outcomeMs)),
  ]
  return (
    <section className="hd" aria-labelledby="verdict">
      <div>
        <p className="cmdl">
          <code>{commandLine(result.question)}</code>
          <span className="dim num">{facts.filter(Boolean).join(' · ')}</span>
        </p>
        <h1 id="verdict" data-verdict={result.verdict.state}>
          <Icon name={icon} className={tone} />
          {verdictHeading(result, texts)}
        </h1>
        <p className="why">
          <Inline text={result.verdict.sentence} />
        </p>
      </div>
      <ProbeStrip probes={probes} />
    </section>
  )
}
