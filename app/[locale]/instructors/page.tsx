// For instructors: what a proof is, and the proof of every lab on both runtimes.
import type { Metadata } from 'next'
import { topics } from '../../../labs/spec/names.ts'
import { matrixRow } from '../../instructors/matrix-row.ts'
import { ProofMatrix } from '../../instructors/proof-matrix.tsx'
import { readProofs, readScenarios } from '../../server/library.ts'
import { TopBar } from '../../shell/top-bar.tsx'
import { textsOf } from '../../texts/texts.ts'
import { pageLocale } from '../page-locale.ts'

interface InstructorsProps {
  params: Promise<{ locale: string }>
}

/** Proofs are read when the page is asked for: they come with a pull, not with a build. */
export const dynamic = 'force-dynamic'

export async function generateMetadata({ params }: InstructorsProps): Promise<Metadata> {
  const texts = textsOf(await pageLocale(params)).instructors
  return { title: texts.title, description: texts.intro }
}

export default async function InstructorsPage({ params }: InstructorsProps) {
  const locale = await pageLocale(params)
  const texts = textsOf(locale).instructors
  const [scenarios, proofs] = await Promise.all([readScenarios(locale), readProofs()])
  const rows = scenarios
    .map((loaded) => matrixRow(loaded, proofs))
    .sort((a, b) => topics.indexOf(a.topic) - topics.indexOf(b.topic) || a.id.localeCompare(b.id))
  const cells = rows.flatMap((row) => row.cells)
  return (
    <>
      <TopBar locale={locale} current="instructors" />
      <main className="home instructors" id="main">
        <header>
          <h1>{texts.title}</h1>
          <p>{texts.intro}</p>
          <ol>
            {texts.steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          <p>
            {texts.run} <code>npx podwire prove --all --runtime kind</code>
          </p>
        </header>
        <section aria-labelledby="matrix-title">
          <div className="lh">
            <h2 id="matrix-title">{texts.matrix}</h2>
            {(['embedded', 'kind'] as const).map((runtime) => {
              const here = cells.filter((cell) => cell.runtime === runtime && cell.state !== 'cannot')
              return (
                <span key={runtime} className="mid num">
                  {texts.tally(runtime, here.filter((cell) => cell.state === 'proved').length, here.length)}
                </span>
              )
            })}
          </div>
          <p className="dim">{texts.spoilers}</p>
          <ProofMatrix locale={locale} rows={rows} />
        </section>
      </main>
    </>
  )
}
