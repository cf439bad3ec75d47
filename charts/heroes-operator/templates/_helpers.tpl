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

{{- define "heroes-operator.serviceAccountSubject" -}}
kind: ServiceAccount
name: {{ .Release.Name }}
namespace: {{ .Release.Namespace }}
{{- end }}

{{/* The memory limit in bytes, as PromQL. */}}
{{- define "heroes-operator.memoryLimit" -}}
{{- $limit := dig "limits" "memory" "" (.Values.resources | default dict) -}}
{{- $bytes := dict "" "1" "k" "1000" "M" "1000^2" "G" "1000^3" "Ki" "1024" "Mi" "1024^2" "Gi" "1024^3" -}}
{{- if $limit }}({{ regexFind "^[0-9.]+" $limit }} * {{ get $bytes (regexFind "[a-zA-Z]*$" $limit) }}){{ else }}Inf{{ end -}}
{{- end }}
