# SPDX-License-Identifier: 0BSD
#
# The companion to shm_overview(7). "make help" lists the targets.
#
# Variables: CC, CFLAGS, OUT=DIR (build there instead of beside the
# sources), V=1 (print whole commands), PREFIX, MANDIR, DESTDIR, and
# for the tests JOBS and REQUIRE_ISOLATION=1.

OUT    = .
CC     = cc
CFLAGS = -O2 -g
PREFIX = /usr/local
MANDIR = $(PREFIX)/share/man
DOCDIR = $(PREFIX)/share/doc/shm_examples
V      = 0

WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
           -Wwrite-strings -Wconversion

# glibc before 2.34 needs these; they do no harm elsewhere.
LDLIBS = -lrt -pthread

# What "make test", html and pdf need on Debian (ghostscript has the
# fonts of a PDF), and what the longer checks add.
# gcc-multilib would conflict with the cross compilers.
DEPS    = acl bats bubblewrap clitest entr gcc ghostscript groff \
          libacl1-dev libc6-dbg libc6-dev libseccomp-dev make man-db \
          mandoc perl python3-pygments strace util-linux valgrind
DEPS_CI = chromium chromium-driver clang clang-format clang-tidy \
          cppcheck dpic gcc-12-multilib gcc-aarch64-linux-gnu \
          gcc-s390x-linux-gnu gcovr glibc-doc gnuplot-nox \
          libc6-dev-arm64-cross libc6-dev-s390x-cross \
          libclang-rt-14-dev manpages manpages-dev mscgen musl-tools \
          poppler-utils python3-jsonschema python3-junitparser \
          python3-selenium qemu-user shellcheck spin user-mode-linux

sources   := $(wildcard examples/*.c examples/pitfalls/*.c) \
             sem-sync/counter.c
programs  := $(sources:%.c=$(OUT)/%)
abi_peer  := $(OUT)/examples/pitfalls/other_abi_peer
pair      := $(OUT)/sem-sync/writer $(OUT)/sem-sync/reader
shared    := $(wildcard sem-sync/channel.* sem-sync/program.*)
libraries := $(patsubst %.c,$(OUT)/%.so,$(wildcard examples/inside/*.c))
pages     := $(wildcard man7/*.7)

ifeq ($(V),0)
brief = @echo "  $(1)  $(2)";
else
brief =
endif

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all demo man html pdf test check repeat faults kills hostile verify soak \
        selfcheck bench lint valgrind sanitize coverage portability deps deps-ci \
        install uninstall clean help FORCE

all: $(programs) $(abi_peer) $(pair) $(libraries) ## build everything (the default)

demo: all ## a guided tour, in the order of shm_overview(7)
	@examples/tour.sh $(OUT)/examples

man: ## refresh the pages; PAGE=shm_sync opens that one
	@man7/refresh
	@$(if $(PAGE),man ./man7/$(PAGE).7)

html: ## a web site of pages and programs; .build/html/index.html
	@man7/site .build/html

pdf: ## the pages, to be printed; .build/shm_examples.pdf
	@mkdir -p .build
	@man7/pdf .build/shm_examples.pdf

test check: all ## check everything, under valgrind too; a minute or two
	@OUT=$(OUT) CC='$(CC)' tests/run

repeat: all ## the pitfalls happen every time, idle and loaded; N=100
	@N=$${N:-100} OUT=$(OUT) CC='$(CC)' tests/run tests/pitfalls/repeat.t

faults: all ## each system call fails, with each error it may have
	@OUT=$(OUT) CC='$(CC)' FAULTS=full tests/run tests/faults.t

kills: all ## writer and reader killed at each step; KILLS=all
	@OUT=$(OUT) CC='$(CC)' KILLS=$${KILLS:-full} tests/run tests/kills.t

hostile: all ## garbage in shared memory, and other bad company
	@OUT=$(OUT) CC='$(CC)' HOSTILE=full tests/run tests/hostile.t

verify: all ## races: ThreadSanitizer, and a model of the protocol
	@OUT=$(OUT) CC='$(CC)' RACES=full tests/run tests/races.t tests/model.t

soak: all ## many pairs, killed and started again; SECONDS=60
	@OUT=$(OUT) tests/soak

selfcheck: ## the grader of exercises/, tried with all known hand-ins
	@CC='$(CC)' EXERCISES=full tests/run tests/exercises.t

bench: all ## what shared memory buys; QUICK=1, BYTES=1G
	@OUT=$(OUT) CC='$(CC)' tests/bench/run

lint: ## style: C, shell, manual pages
	@tests/lint

valgrind: all ## memcheck: transcripts and bad input, in full
	@OUT=$(OUT) CC='$(CC)' MEMCHECK=full tests/run tests/memcheck.t

sanitize: ## the tests with AddressSanitizer and UBSan built in
	@$(MAKE) OUT=.build/sanitize CFLAGS='-O1 -g -Werror \
	    -fsanitize=address,undefined -fno-sanitize-recover=all' all
	@OUT=.build/sanitize CC='$(CC)' SANITIZED=1 tests/run

coverage: ## gcovr: what no test reached; .build/coverage/*/index.html
	@tests/coverage

portability: ## other compilers, libcs, word sizes, processors
	@tests/portability

deps: ## install what tests, html and pdf need (Debian, as root)
	@$(call apt,$(DEPS))

deps-ci: ## and what lint, coverage and other compilers need
	@$(call apt,$(DEPS) $(DEPS_CI))

apt = if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
        apt-get update -q && DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends $(1); \
      else \
        echo "make deps: needs root and apt-get. To install:" $(1) >&2; \
        exit 1; \
      fi

install: all ## dev_shm, the pages, and the sources as documentation
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(DOCDIR)'
	install $(OUT)/examples/dev_shm '$(DESTDIR)$(PREFIX)/bin'
	install -m 644 README.md LICENSE '$(DESTDIR)$(DOCDIR)'
	for dir in examples examples/inside examples/pitfalls sem-sync; do \
	    install -d "$(DESTDIR)$(DOCDIR)/$$dir" && \
	    install -m 644 $$dir/*.[ch] $$dir/*.transcript \
	        "$(DESTDIR)$(DOCDIR)/$$dir" || exit 1; \
	done
ifneq ($(pages),)
	install -d '$(DESTDIR)$(MANDIR)/man7'
	install -m 644 $(pages) '$(DESTDIR)$(MANDIR)/man7'
endif

uninstall: ## remove what install has installed
	rm -f '$(DESTDIR)$(PREFIX)/bin/dev_shm'
	rm -rf '$(DESTDIR)$(DOCDIR)'
	for page in $(notdir $(pages)); do \
	    rm -f "$(DESTDIR)$(MANDIR)/man7/$$page"; \
	done

clean: ## remove what was built
	rm -f $(programs) $(abi_peer) $(pair) $(libraries)
	rm -f $(addsuffix .[0-9]*,$(programs) $(abi_peer) $(pair) $(libraries))
	rm -f $(OUT)/examples/.flags
	rm -rf .build exercises/.build

help:
	@sed -n 's/^\([a-z -]*\):.* ## /\1	/p' Makefile | expand -t 12

# Changes only when the commands that build would be others.
$(OUT)/examples/.flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS) $(LDLIBS)' | cmp -s - $@ || \
	    echo '$(CC) $(CFLAGS) $(LDLIBS)' >$@

build = $(CC) -std=c17 $(WARNINGS) $(CFLAGS)

# A program is built by the line that its header comment gives, which
# names the library it may need. It appears under its name when it is
# complete, so that a second make in this directory does no harm.
$(programs): $(OUT)/%: %.c $(OUT)/examples/.flags
	@mkdir -p $(@D)
	$(call brief,CC,$@)libs="$$(sed -n \
	    's/.* cc -std=c17 .*\.c\( .*\)* -o .*/\1/p' $<)"; \
	if [ -n "$$libs" ] && ! { $(CC) -E $< && echo 'int main(void) \
	    { return 0; }' | $(CC) $(CFLAGS) -x c - $$libs -o $@.$$$$; } \
	    >/dev/null 2>&1; then \
	    rm -f $@.$$$$; \
	    echo "  --  $@ skipped: needs$$libs"; \
	else \
	    $(build) $< $$libs $(LDLIBS) -o $@.$$$$ && mv $@.$$$$ $@; \
	fi

# The same program for 32 bits, to disagree with.
$(abi_peer): examples/pitfalls/other_abi.c $(OUT)/examples/.flags
	@mkdir -p $(@D)
	$(call brief,CC,$@)if echo '#include <fcntl.h>' | $(CC) $(CFLAGS) -m32 \
	    -shared -x c - $(LDLIBS) -o $@.$$$$ 2>/dev/null; then \
	    $(build) -m32 $< $(LDLIBS) -o $@.$$$$ && mv $@.$$$$ $@; \
	else \
	    rm -f $@.$$$$; \
	    echo "  --  $@ skipped: needs -m32"; \
	fi

$(pair): $(OUT)/%: %.c $(shared) $(OUT)/examples/.flags
	@mkdir -p $(@D)
	$(call brief,CC,$@)$(build) $(filter %.c,$^) $(LDLIBS) \
	    -o $@.$$$$ && mv $@.$$$$ $@

$(libraries): $(OUT)/%.so: %.c $(OUT)/examples/.flags
	@mkdir -p $(@D)
	$(call brief,CC,$@)$(build) -fPIC -shared $< $(LDLIBS) \
	    -o $@.$$$$ && mv $@.$$$$ $@
