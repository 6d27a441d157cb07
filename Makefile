# schema_guard: build with PGXS, test and show with the scripts.
#
# Everything but `test*`, `fuzz*`, `demo*`, `bench`, `format*`, `dist`, `deb` and `help` comes from PGXS and needs
# pg_config and the server's development files; those few targets see to their own needs, so
# that they work on a machine with nothing but git and make.

MODULE_big = schema_guard
EXTENSION = schema_guard
DATA = $(sort $(notdir $(wildcard $(srcdir)/schema_guard--*.sql)))
# The command, installed beside psql.
SCRIPTS = bin/schema_guard
PGFILEDESC = "schema_guard - fingerprints, approves and guards the schema of a database"

# One folder a layer; docs/architecture.md says which.
SG_HEADERS = $(sort $(wildcard $(srcdir)/src/*/*.h $(srcdir)/src/*/*/*.h))
SG_SOURCES = schema_guard.c \
	$(sort $(patsubst $(srcdir)/%,%,$(wildcard $(srcdir)/src/*/*.c $(srcdir)/src/*/*/*.c)))
OBJS = $(SG_SOURCES:.c=.o)

# The version is stated once, in the control file; the library has to know it to tell when
# it and the extension in a database differ.
SG_VERSION = $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" $(srcdir)/schema_guard.control)
PG_CPPFLAGS = -I$(srcdir)/src -DSG_VERSION='"$(SG_VERSION)"'
# Only what SG_EXPORT marks is visible outside the library; from 16 on PGXS does this itself.
PG_CFLAGS = -fvisibility=hidden
# Headers before 16 declare functions with (), which means (void) in C23, the default of gcc 15.
PG_CFLAGS += $(if $(filter 13 14 15,$(MAJORVERSION)),$(if $(filter 2023%,$(shell echo __STDC_VERSION__ | $(CC) -E -P -x c -)),-std=gnu17))

# One name a line, in the order they run.
REGRESS =
# How each class of objects is described.
REGRESS += \
	table \
	partition \
	view \
	trigger \
	policy \
	sequence \
	type \
	function \
	operators \
	text_search \
	foreign \
	replication \
	statistics \
	database \
	storage \
	annotations
# The description as a whole: complete, canonical, without secrets.
REGRESS += \
	coverage \
	columns \
	canon \
	deparse \
	secret \
	undescribed \
	mutation \
	scope
# Schema files, what differs between two of them, snapshots.
REGRESS += \
	schemafile \
	diff \
	snapshot
# Contracts and releases.
REGRESS += \
	contract \
	contract_judge \
	contract_derive \
	contract_of \
	contract_pairs \
	contract_rules \
	contract_types \
	contract_diff \
	contract_empty \
	contract_bad \
	record \
	release \
	ready \
	contract_tables \
	contract_sqlx \
	privilege \
	privilege_beneath
# Ledgers of migration tools.
REGRESS += \
	ledger \
	ledger_check \
	ledger_known \
	ledger_journal \
	ledger_files
# The gate: what it sees, how it judges, what it says.
REGRESS += \
	install \
	upgrade \
	judge \
	gate \
	reason \
	advice \
	cause \
	expectation \
	refused \
	touched
# What people approve, allow, try and look at.
REGRESS += \
	approval \
	breaking \
	path \
	windows \
	report \
	rules \
	rules_lock \
	rules_scan \
	preview \
	journal \
	prune \
	status \
	incidents \
	metrics \
	parallel
# Ways around the gate, and attacks on it.
REGRESS += \
	protect \
	write \
	member \
	temporary \
	hijack
# A test that leaves something behind fails.
REGRESS_OPTS = --launcher="'$(shell cd '$(srcdir)' && pwd)/scripts/leaves-nothing'"

# Several sessions at once.
ISOLATION = \
	concurrent_ddl \
	locked_tables \
	interleavings \
	capture \
	torn \
	pruning \
	preview_locks \
	temporary_elsewhere \
	unseen \
	missed \
	orphan \
	publish_lock \
	recording \
	register_race \
	session_count \
	rules_in_the_way \
	rules_waiting
ISOLATION_OPTS = --load-extension=schema_guard

# The files in t/ start servers of their own, from the installation of PG_CONFIG.
TAP_TESTS = 1

EXTRA_CLEAN = tmp_check tmp_check_iso

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)

# Debian's client package brings pgxs.mk, but neither the headers nor what pgxs.mk includes.
ifneq ($(wildcard $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)/postgres.h),)
include $(PGXS)

# Debian builds PostgreSQL without dependency tracking, so say it here: a changed header
# rebuilds everything. It takes seconds.
$(OBJS) $(OBJS:.o=.bc): $(SG_HEADERS)

# They are written for the modules of PostgreSQL 15, which not every package brings.
PG_PROVE_FLAGS += -I t/lib
ifeq ($(if $(filter-out 13 14,$(MAJORVERSION)),$(wildcard $(dir $(PGXS))../test/perl/PostgreSQL/Test/Cluster.pm)),)
prove_installcheck = @echo "t/ is skipped: there is no PostgreSQL::Test of 15 or later here"
endif

# PostgreSQL 13 does not install it.
ifeq ($(MAJORVERSION)$(wildcard $(dir $(PGXS))../test/isolation/pg_isolation_regress),13)
pg_isolation_regress_installcheck = @echo "specs/ is skipped: PostgreSQL 13 brings no pg_isolation_regress" &&:
endif

# Where the tests find sql/lib; pg_regress itself says so from 15 on.
installcheck: export PG_ABS_SRCDIR = $(shell cd '$(srcdir)' && pwd)
else
all install uninstall installcheck clean:
	@echo "$(PG_CONFIG) does not lead to PostgreSQL's development files (postgres.h)." >&2
	@echo "Install them (Debian: apt-get install postgresql-server-dev-15) or name another: make PG_CONFIG=..." >&2
	@exit 1
.PHONY: all install uninstall installcheck clean
endif

test:
	@scripts/test
test-majors:
	@scripts/test-majors
test-core:
	@scripts/test-core $(TREES)
test-asserts:
	@scripts/test-asserts
test-sanitizers:
	@scripts/test-sanitizers
fuzz:
	@scripts/dev-cluster start && scripts/fuzz
fuzz-coverage:
	@scripts/fuzz-coverage
demo:
	@scripts/demo
demo-shell:
	@scripts/demo shell
demo-stop:
	@scripts/demo stop
pipeline-demo:
	@scripts/pipeline-demo
bench:
	@bench/fingerprint
format:
	@scripts/format
format-check:
	@scripts/format --check
dist:
	@scripts/dist
deb:
	@scripts/build-deb
test-package:
	@scripts/test-package
help:
	@echo "make [PG_CONFIG=...]         build the extension"
	@echo "make install                 install it into that PostgreSQL"
	@echo "make installcheck            regression and isolation tests on a running server, TAP tests beside it"
	@echo "make test                    every test, on private temporary clusters; installs nothing"
	@echo "                             into your PostgreSQL, touches no running server"
	@echo "make test-majors             the same with every PostgreSQL that is installed, and from one to the next"
	@echo "make test-core TREES=...     PostgreSQL's own regression and isolation suites with the guard; TREES: its sources"
	@echo "make test-asserts            regression, isolation and TAP tests on a PostgreSQL 15 with assertions,"
	@echo "                             which is built once"
	@echo "make test-sanitizers         UBSan, AddressSanitizer and valgrind's memcheck"
	@echo "make fuzz                    mutated files, contracts and queries, for a minute"
	@echo "make fuzz-coverage           the same inputs from libFuzzer, for a minute of each kind"
	@echo "make demo                    the outage, replayed on a private cluster"
	@echo "make demo-shell, demo-stop   psql on the demo's cluster; stop and remove it"
	@echo "make pipeline-demo           migrations from the pull request to production, likewise"
	@echo "make bench                   full fingerprint against pg_dump --schema-only"
	@echo "make format, format-check    clang-format over the C files"
	@echo "make dist                    the archives of the committed tree, the same bytes each time"
	@echo "make deb                     Debian packages of the committed tree (docs/packaging.md)"
	@echo "make test-package            builds the Debian package and tests what it contains; installs nothing"
# The value of a variable, for the scripts: make -s print-REGRESS
print-%:
	@echo $($*)
.PHONY: test test-majors test-core test-asserts test-sanitizers fuzz fuzz-coverage demo demo-shell demo-stop pipeline-demo bench format format-check dist deb test-package help
