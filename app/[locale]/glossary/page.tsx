// The glossary: every term with what it means and the lesson that introduces it. Cards in lessons lead here.
import type { Metadata } from 'next'
import { locales } from '../../../labs/spec/names.ts'
import { readGlossary } from '../../server/library.ts'
import { Inline } from '../../shell/prose.tsx'
import { TopBar } from '../../shell/top-bar.tsx'
import { textsOf } from '../../texts/texts.ts'
import { pageLocale } from '../page-locale.ts'
import './glossary.css'

interface GlossaryProps {
  params: Promise<{ locale: string }>
}

export const generateStaticParams = () => locales.map((locale) => ({ locale }))

export async function generateMetadata({ params }: GlossaryProps): Promise<Metadata> {
  const { title, intro } = textsOf(await pageLocale(params)).glossary
  return { title, description: intro }
}

export default async function GlossaryPage({ params }: GlossaryProps) {
  const locale = await pageLocale(params)
  const texts = textsOf(locale).glossary
  return (
    <>
      <TopBar locale={locale} current="glossary" />
      <main className="glossary" id="main">
        <h1>{texts.title}</h1>
        <p>{texts.intro}</p>
        <dl>
          {(await readGlossary(locale)).map(({ id, term, says, lesson }) => (
            <div key={id} id={id}>
              <dt>
                <a href={`#${id}`}>{term}</a>
              </dt>
              <dd>
                <p>
                  <Inline text={says} />
                </p>
                {lesson && (
                  <p className="dim">
                    <a href={`/${locale}/lessons/${lesson.slug}`}>{texts.introduced(`${lesson.number} ${lesson.title}`)}</a>
                  </p>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </main>
    </>
  )
}
