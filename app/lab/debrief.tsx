'use client'
// After a lab is solved: what was broken, what would not have held, what the learner did, the real incident, the next lab.
import { useEffect, useRef, useState } from 'react'
import { Inline, Prose } from '../shell/prose.tsx'
import { Icon } from '../shell/sprite.tsx'
import { formatDay, formatDuration } from '../shell/time-text.ts'
import { useLocale, useTexts } from '../texts/locale-context.tsx'
import type { SolvedBefore } from './solved-before.ts'
import { targetLabel } from './terminal-tabs.ts'

const shownCommands = 12

export function Debrief({ debrief, about, back }: SolvedBefore & { back: string }) {
  const texts = useTexts()
  const locale = useLocale()
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => title.current?.focus(), [])
  const facts: [string, React.ReactNode][] = [
    [texts.debrief.time, formatDuration(debrief.ms)],
    [texts.debrief.hints, texts.debrief.ofHints(debrief.hints, about.hints)],
    [texts.debrief.commands, debrief.commands.length],
    [texts.debrief.resets, debrief.resets],
    [texts.debrief.runtime, <code key="runtime">{about.runtime}</code>],
  ]
  return (
    <article className="db" aria-labelledby="debrief-title">
      <header>
        <p className="st pass">
          <Icon name="pass" />
          {texts.debrief.solvedAt(formatDay(about.solvedAt, locale))}
        </p>
        <h1 id="debrief-title" tabIndex={-1} ref={title}>
          {debrief.title}
        </h1>
        <dl className="facts num">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </header>
      <div className="g2">
        <section className="pr">
          <h2>{texts.debrief.whatWasBroken}</h2>
          <Prose text={debrief.body} />
        </section>
        <aside className="nx">
          <h2>{texts.debrief.wouldNotHold}</h2>
          <dl>
            {debrief.wrongFixes.map((fix) => (
              <div key={fix.title}>
                <dt>
                  <Inline text={fix.title} />
                </dt>
                <dd>
                  <Inline text={fix.why} />
                </dd>
              </div>
            ))}
          </dl>
        </aside>
      </div>
      <div className="g2">
        <Commands start={about.startedAt} commands={debrief.commands} />
        <aside className="nx">
          {debrief.next && (
            <>
              <h2>{texts.debrief.nextLab}</h2>
              <p className="nl">
                <b>{debrief.next.title}</b>
              </p>
              <p>
                <a className="btn primary" href={`/${locale}/labs/${debrief.next.id}`}>
                  {texts.home.openLab}
                </a>
              </p>
            </>
          )}
          <h2 className="second">{texts.debrief.incident}</h2>
          <p className="incident">
            <Inline text={debrief.incident.text} />
          </p>
          {debrief.incident.url && (
            <p>
              <a href={debrief.incident.url} target="_blank" rel="noreferrer">
                {texts.debrief.source}
              </a>
            </p>
          )}
          <ul className="alt">
            <li>
              <a href={back}>{texts.lab.backToLab}</a>
            </li>
            <li>
              <a href={`/${locale}/labs`}>{texts.debrief.allLabs}</a>
            </li>
          </ul>
        </aside>
      </div>
    </article>
  )
}

function Commands({ start, commands }: { start: number; commands: SolvedBefore['debrief']['commands'] }) {
  const texts = useTexts()
  const [all, setAll] = useState(false)
  const shown = all ? commands : commands.slice(-shownCommands)
  return (
    <section aria-labelledby="debrief-commands">
      <h2 id="debrief-commands">{texts.debrief.whatYouDid}</h2>
      {commands.length === 0 ? (
        <p className="mid">{texts.debrief.noCommands}</p>
      ) : (
        <table className="tl">
          <thead>
            <tr>
              <th scope="col">{texts.debrief.at}</th>
              <th scope="col">{texts.debrief.where}</th>
              <th scope="col">{texts.debrief.command}</th>
              <th scope="col">{texts.debrief.result}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((command) => (
              <tr key={`${command.at} ${command.target} ${command.command}`}>
                <td className="num mono">{formatDuration(command.at - start)}</td>
                <td className="mono dim">{targetLabel(command.target)}</td>
                <td>
                  <code>{command.command}</code>
                </td>
                <td className="num mono">
                  {command.exitCode === undefined ? (
                    ''
                  ) : command.exitCode === 0 ? (
                    <span className="dim">0</span>
                  ) : (
                    <b className="fail">{command.exitCode}</b>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {commands.length > shownCommands && (
        <p className="more">
          <button type="button" className="btn sm" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? texts.debrief.lastCommands : texts.debrief.allCommands(commands.length)}
          </button>
        </p>
      )}
    </section>
  )
}
