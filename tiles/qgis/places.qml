<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22" styleCategories="Symbology">
 <renderer-v2 type="categorizedSymbol" attr="movement">
  <categories>
   <category render="true" symbol="0" value="entered" label="{{compare.movement.entered}}"/>
   <category render="true" symbol="1" value="left" label="{{compare.movement.left}}"/>
   <category render="true" symbol="2" value="stayed" label="{{compare.movement.stayed}}"/>
   <category render="true" symbol="3" value="band" label="{{compare.movement.band}}"/>
   <category render="true" symbol="4" value="undetermined" label="{{compare.movement.undetermined}}"/>
  </categories>
  <symbols>
   <symbol name="0" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" type="QString" value="triangle"/>
      <Option name="color" type="QString" value="{{gained}},255"/>
      <Option name="size" type="QString" value="3"/>
      <Option name="outline_color" type="QString" value="0,0,0,255"/>
      <Option name="outline_width" type="QString" value="0.3"/>
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" type="QString" value="cross_fill"/>
      <Option name="color" type="QString" value="{{lost}},255"/>
      <Option name="size" type="QString" value="3"/>
      <Option name="outline_color" type="QString" value="0,0,0,255"/>
      <Option name="outline_width" type="QString" value="0.3"/>
     </Option>
    </layer>
   </symbol>
   <symbol name="2" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" type="QString" value="circle"/>
      <Option name="color" type="QString" value="{{new}},255"/>
      <Option name="size" type="QString" value="3"/>
      <Option name="outline_color" type="QString" value="0,0,0,255"/>
      <Option name="outline_width" type="QString" value="0.3"/>
     </Option>
    </layer>
   </symbol>
   <symbol name="3" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" type="QString" value="diamond"/>
      <Option name="color" type="QString" value="255,255,255,255"/>
      <Option name="size" type="QString" value="3"/>
      <Option name="outline_color" type="QString" value="0,0,0,255"/>
      <Option name="outline_width" type="QString" value="0.3"/>
     </Option>
    </layer>
   </symbol>
   <symbol name="4" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" type="QString" value="square"/>
      <Option name="color" type="QString" value="255,255,255,255"/>
      <Option name="size" type="QString" value="3"/>
      <Option name="outline_color" type="QString" value="0,0,0,255"/>
      <Option name="outline_width" type="QString" value="0.3"/>
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
</qgis>
