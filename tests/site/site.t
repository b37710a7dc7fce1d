#!/usr/bin/python3
# SPDX-License-Identifier: 0BSD
#
# site.t - the web site, in a browser
#
# From the environment: REQUIRE_ISOLATION=1 (no browser is a failure, not
# a skip).
#
# On each page every link within the site leads somewhere, what is shown
# as code is what its source has, to the byte, nothing is loaded from
# elsewhere, no script runs, the browser has no complaint, and at 400
# pixels nobody has to scroll sideways. Then all this is spoiled, one
# thing after the other, and must be noticed.

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urldefrag

os.chdir(Path(__file__).resolve().parents[2])
try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    MISSING = [tool for tool in ('chromium', 'chromedriver', 'mandoc')
               if not shutil.which(tool)]
except ImportError:
    MISSING = ['python3-selenium']
if MISSING:
    REASON = f'needs {MISSING[0]} (make deps-ci)'
    print(f'1..1\nnot ok 1 {REASON}' if os.environ.get('REQUIRE_ISOLATION')
          == '1' else f'1..0 # SKIP {REASON}')
    sys.exit()

COUNT = 0
FAILED = 0


def result(name, complaints):
    """One line of TAP; what is wrong stands below it."""
    global COUNT, FAILED
    COUNT += 1
    FAILED += bool(complaints)
    print(f'{"not " if complaints else ""}ok {COUNT} {name}')
    for complaint in complaints[:10]:
        print(f'# {complaint}')


def browser():
    """Chromium, which keeps out of /dev/shm here."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which('chromium')
    options.add_argument('--headless=new')
    options.add_argument('--disable-dev-shm-usage')
    if os.getuid() == 0:
        options.add_argument('--no-sandbox')
    options.set_capability('goog:loggingPrefs',
                           {'browser': 'ALL', 'performance': 'ALL'})
    return webdriver.Chrome(options=options,
                            service=Service(shutil.which('chromedriver')))


# What a page says of itself.
FACTS = '''
const all = (what, how) => [...document.querySelectorAll(what)].map(how);
return {
    ids: all('[id]', e => e.id),
    links: all('a[href]', e => e.href),
    code: all('pre.code', e => [e.dataset.source, e.textContent]),
    prose: all('.row .prose', e => e.textContent),
    head: all('.about, .head', e => e.textContent),
    scripts: all('script', e => e.outerHTML),
    width: document.documentElement.scrollWidth,
    room: document.documentElement.clientWidth,
}'''


def look(driver, path):
    """Opens a page; what the browser finds there."""
    driver.get(path.as_uri())
    facts = driver.execute_script(FACTS)
    facts['console'] = [entry['message']
                        for entry in driver.get_log('browser')]
    facts['requests'] = []
    for entry in driver.get_log('performance'):
        message = json.loads(entry['message'])['message']
        if message['method'] == 'Network.requestWillBeSent':
            facts['requests'].append(message['params']['request']['url'])
    return facts


# --- What each check finds wrong ------------------------------------

def bad_links(site, pages):
    for path, facts in pages.items():
        for link in facts['links']:
            url, fragment = urldefrag(link)
            if url.startswith('https://man7.org/'):
                continue
            target = Path(unquote(url.removeprefix('file://')))
            if not target.is_relative_to(site) or not target.is_file():
                yield f'{path}: {link}: leads nowhere'
            elif fragment and \
                    unquote(fragment) not in pages[target]['ids']:
                yield f'{path}: {link}: no such fragment'


COMMENT = re.compile(r'^[ \t]*/\*(.*?)\*/\n', re.M | re.S)


def words(text):
    """Without what is between words, and the stars of a comment."""
    return ' '.join(re.sub(r'^[ \t]*\*(?= |$)', '', text, flags=re.M).split())


def transcript_code(text):
    return text[re.search(r'^\$ ', text, re.M).start():]


def blocks_of(page):
    """The code of a manual page, as mandoc shows it on a terminal."""
    text = re.sub(r'^\.EX$', '.br\nBLOCK BEGINS\n.EX', Path(page).read_text(),
                  flags=re.M)
    text = re.sub(r'^\.EE$', '.EE\nBLOCK ENDS\n.br', text, flags=re.M)
    shown = subprocess.run(
        ['mandoc', '-man', '-Tutf8', '-Owidth=500'], input=text, check=True,
        capture_output=True, encoding='utf-8').stdout
    shown = re.sub('.\x08', '', shown)
    return [re.sub(f'^{indent}', '', block, flags=re.M)
            for indent, block in re.findall(
                r'^( *)BLOCK BEGINS\n(.*?)^ *BLOCK ENDS\n', shown,
                re.M | re.S)]


def bad_code(site, pages):
    for path, facts in pages.items():
        name = str(path.relative_to(site)).removesuffix('.html')
        code = facts['code']
        if name == 'index':
            continue
        if name.endswith('.7'):
            expected = blocks_of(f'man7/{name}')
            found = [text for _, text in code]
            for number, block in enumerate(expected):
                if number >= len(found) or found[number] != block:
                    yield f'{path}: block {number}: not that of the page'
            if len(found) > len(expected):
                yield f'{path}: blocks that the page does not have'
            continue

        source = Path(name).read_text()
        _, head, *comments = COMMENT.findall(source)
        shown = ''.join(text for file, text in code if file == name)
        if shown != COMMENT.sub('', source):
            yield f'{path}: the code is not that of {name}'
        if [words(text) for text in facts['prose'] if text.strip()] != \
                [words(text) for text in comments]:
            yield f'{path}: the comments are not those of {name}'
        if words(' '.join(facts['head'])) != \
                re.sub(r'^\S+ - ', '', words(head)):
            yield f'{path}: not the comment at the head of {name}'
        if (site / name).read_text() != source:
            yield f'{path}: the file itself is another'
        transcript = Path(name).with_suffix('.transcript')
        if name.endswith('.c') and transcript.exists() and \
                [str(transcript), transcript_code(transcript.read_text())] \
                not in code:
            yield f'{path}: does not show {transcript}'


def bad_console(site, pages):
    for path, facts in pages.items():
        for message in facts['console']:
            yield f'{path}: {message}'


def bad_requests(site, pages):
    for path, facts in pages.items():
        for url in facts['requests']:
            if not url.startswith((site.as_uri() + '/', 'data:')):
                yield f'{path}: loads {url}'
        for script in facts['scripts']:
            yield f'{path}: runs {script}'


def bad_width(site, pages):
    for path, facts in pages.items():
        if facts['width'] > facts['room']:
            yield f'{path}: {facts["width"]} pixels wide'


CHECKS = {
    'each link within the site leads somewhere': bad_links,
    'code, comments and sessions are those of the sources': bad_code,
    'the browser has no complaint': bad_console,
    'nothing is loaded from elsewhere, and no script run': bad_requests,
    'at 400 pixels nothing is wider than the screen': bad_width,
}

# What takes away what a check guards: a page, and what to put there in
# place of what.
SPOILED = {
    bad_links: [
        ('examples/mmap.c.html', 'href="munmap.c.html"', 'href="no.html"'),
        ('shm_pitfalls.7.html', 'href="#1.', 'href="#no.'),
    ],
    bad_code: [
        ('shm_examples.7.html', '</span>\n\n', '</span>\n'),
        ('shm_sync.7.html', '3634730569', '3634730568'),
        ('examples/mmap.c.html', 'MAP_SHARED', 'MAP_SHAPED'),
        ('examples/mmap.c.html', '<div class="prose"><p>',
         '<div class="prose"><p>Not '),
        ('examples/mmap.c.html', '<div class="head">',
         '<div class="head">Not '),
        ('examples/mmap.c.html', '<span class="go">', '<span class="go"> '),
        ('examples/mmap.c', 'MAP_SHARED', 'MAP_SHAPED'),
    ],
    bad_console: [
        ('index.html', '</body>',
         '<script>console.error("for a test")</script></body>'),
        ('index.html', 'pictures/life.svg', 'pictures/none.svg'),
    ],
    bad_requests: [
        ('index.html', 'pictures/life.svg', 'https://elsewhere.invalid/a'),
        ('index.html', '</body>', '<script>0</script></body>'),
    ],
    bad_width: [
        ('site.css', '    overflow-x: auto;', ''),
        ('index.html', '<main>', '<main><p style="width:30em">wide</p>'),
    ],
}


def visit(driver, site, paths):
    return {path: look(driver, path) for path in paths}


def main():
    work = Path(tempfile.mkdtemp())
    site = work / 'html'
    driver = None
    try:
        made = subprocess.run(['man7/site', str(site)], capture_output=True,
                              text=True, check=False)
        result('man7/site writes it', (made.stdout + made.stderr).split('\n')
               if made.returncode or made.stdout or made.stderr else [])
        driver = browser()
        driver.execute_cdp_cmd(
            'Emulation.setDeviceMetricsOverride',
            {'width': 400, 'height': 800, 'deviceScaleFactor': 1,
             'mobile': False})
        pages = visit(driver, site, sorted(site.glob('**/*.html')))
        sources = [*Path('examples').glob('**/*.c'), *Path().glob(
            'sem-sync/*.[ch]'), *Path().glob('man7/*.7')]
        result('it has a page for each source and manual page',
               [str(source) for source in sources
                if site / (str(source).removeprefix('man7/') + '.html')
                not in pages])
        for name, check in CHECKS.items():
            result(name, list(check(site, pages)))
        print(f'# {len(pages)} pages,',
              sum(len(facts['links']) for facts in pages.values()), 'links,',
              sum(len(facts['code']) for facts in pages.values()),
              'blocks of code')

        for check, spoils in SPOILED.items():
            for file, old, new in spoils:
                whole = (site / file).read_text()
                at = whole.find(old, max(0, whole.find('</nav>')))
                (site / file).write_text(
                    whole[:at] + new + whole[at + len(old):])
                seen = [site / file] if file.endswith('.html') else \
                    [site / 'examples/mmap.c.html']
                spoiled = {**pages, **visit(driver, site, seen)}
                noticed = list(check(site, spoiled))
                result(f'noticed: {new!r} for {old!r} in {file}',
                       [] if at != -1 and noticed else ['it is not'])
                (site / file).write_text(whole)
    finally:
        if driver:
            driver.quit()
        shutil.rmtree(work)
    print(f'1..{COUNT}')
    return FAILED != 0


sys.exit(main())
