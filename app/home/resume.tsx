// The head of the home page: a lab that runs, else the last one not solved, else what Podwire is and a lab to begin with.
import type { Locale } from '../../labs/spec/names.ts'
import type { CatalogueRow } from '../catalogue/catalogue-row.ts'
import { formatDay, formatDuration } from '../shell/time-text.ts'
import { textsOf } from '../texts/texts.ts'
import { WireDrawing } from './wire-drawing.tsx'

const levels = ['basic', 'medium', 'hard', 'expert']

export function Resume({ locale, rows }: { locale: Locale; rows: CatalogueRow[] }) {
  const texts = textsOf(locale)
  const running = rows.filter((row) => row.running).sort((a, b) => (b.running?.createdAt ?? 0) - (a.running?.createdAt ?? 0))
  const stopped = rows
    .filter((row) => row.triedAt !== undefined && row.solvedMs === undefined)
    .sort((a, b) => (b.triedAt ?? 0) - (a.triedAt ?? 0))[0]
  if (running[0]) return <RunningLabs locale={locale} rows={running} />
  const row =
    stopped ??
    [...rows].filter((r) => r.solvedMs === undefined).sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level))[0] ??
    rows[0]
  return (
    <section className="resume" aria-labelledby="resume-title">
      <div className="rh">
        {stopped && <p className="label">{texts.home.continueLabel}</p>}
        <h1 id="resume-title">{stopped ? <Title row={stopped} /> : texts.home.welcomeTitle}</h1>
      </div>
      <p className="rp">{stopped ? texts.home.lastTried(formatDay(stopped.triedAt ?? 0, locale)) : texts.home.welcome}</p>
      {row && (
        <div className="ra">
          <a className="btn primary" href={`/${locale}/labs/${row.id}`}>
            {stopped ? texts.home.openLab : texts.home.tryLab(row.title)}
          </a>
          {row.lesson && (
            <a className="btn" href={`/${locale}/lessons/${row.lesson}`}>
              {texts.home.openLesson}
            </a>
          )}
        </div>
      )}
      <WireDrawing />
    </section>
  )
}

function Title({ row }: { row: CatalogueRow }) {
  return (
    <>
      {row.number && <span className="no">{row.number}</span>}
      {row.title}
    </>
  )
}

function RunningLabs({ locale, rows }: { locale: Locale; rows: CatalogueRow[] }) {
  const texts = textsOf(locale)
  const [first, ...others] = rows
  if (!first?.running) return null
  return (
    <section className="resume" aria-labelledby="resume-title">
      <div className="rh">
        <p className="label">{texts.home.runningNow}</p>
        <h1 id="resume-title">
          <Title row={first} />
        </h1>
      </div>
      <p className="rp">{stateSentence(texts, first.running.state)}</p>
      <div className="ra">
        <a className="btn primary" href={`/${locale}/labs/${first.id}`}>
          {texts.home.continueLab}
        </a>
        {first.lesson && (
          <a className="btn" href={`/${locale}/lessons/${first.lesson}`}>
            {texts.home.openLesson}
          </a>
        )}
        <span className="dim num">{texts.home.runningFor(formatDuration(Date.now() - first.running.createdAt))}</span>
      </div>
      {others.length > 0 ? (
        <ul className="also">
          {others.map((row) => (
            <li key={row.id}>
              <a href={`/${locale}/labs/${row.id}`}>{row.title}</a>
              <span className="dim">{stateSentence(texts, row.running?.state ?? 'broken')}</span>
            </li>
          ))}
        </ul>
      ) : (
        <WireDrawing />
      )}
    </section>
  )
}

function stateSentence(texts: ReturnType<typeof textsOf>, state: NonNullable<CatalogueRow['running']>['state']): string {
  if (state === 'solved') return texts.home.stateLine.solved
  if (state === 'healthy') return texts.home.stateLine.healthy
  return state === 'starting' || state === 'breaking' ? texts.home.stateLine.starting : texts.home.stateLine.broken
}
