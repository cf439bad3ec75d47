{{- define "heroes-operator.selectorLabels" -}}
app.kubernetes.io/name: heroes-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "heroes-operator.labels" -}}
{{ include "heroes-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: heroes-in-waiting
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "heroes-operator.image" -}}
{{- $name := printf "heroes-operator:%s" (.Values.image.tag | default .Chart.AppVersion) -}}
{{- if .Values.image.registry }}{{ printf "%s/%s" .Values.image.registry $name }}{{ else }}{{ $name }}{{ end -}}
{{- end }}
