module heroesinwaiting.com/e2e/cluster/tools/promtool

go 1.26.0
