# SPDX-License-Identifier: 0BSD
#
# What an instructor has and a handout has not.
#
# Variables: SUB=DIR (the hand-ins), JOBS, REPORT=csv,junit,gradescope,
# TO=DIR (where the reports go, default SUB.grades), SEED, N, LOAD=1.

.PHONY: handout grade-all selfcheck

handout: ## an archive for students, without the solutions
	@instructor/handout

grade-all: .build/grade ## grade a class: SUB=DIR, see instructor/README.md
	@instructor/grade-all $(if $(JOBS),-j $(JOBS)) \
	    $(if $(REPORT),-r $(REPORT)) $(if $(TO),-o '$(TO)') \
	    $(if $(SEED),-s $(SEED)) '$(SUB)'

selfcheck: ## try the grader with known hand-ins: N=20 LOAD=1
	@instructor/selfcheck $(if $(N),-n $(N)) $(if $(LOAD),-l) $(EX)
